/** The interactive shell. */
package io.nokv.sqlline;
