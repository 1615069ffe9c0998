/** Runnable examples, one per audience. */
package io.nokv.examples;
