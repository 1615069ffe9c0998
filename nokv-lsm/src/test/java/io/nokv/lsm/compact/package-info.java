/** What is rewritten, decided on versions made by hand. */
package io.nokv.lsm.compact;
