/** The simulator. */
package io.nokv.sim;
