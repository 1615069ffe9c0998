/** The composition root and the nokv command. */
package io.nokv.server;
