/**
 * The documentation, held against the program: lists in {@code docs/} are compared with what the code has, and the
 * statements of the SQL reference run. {@link io.nokv.server.docs.Page} reads a page. A failure means that a page, or the
 * code that it promises, has to change.
 */
package io.nokv.server.docs;
