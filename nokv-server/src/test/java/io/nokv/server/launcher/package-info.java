/** The script {@code nokv} as a stranger's machine meets it: in a tree of its own, with an environment of its own. */
package io.nokv.server.launcher;
