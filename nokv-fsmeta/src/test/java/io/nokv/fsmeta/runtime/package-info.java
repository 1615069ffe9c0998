/** The conformance kit of the transaction port over the real store. */
package io.nokv.fsmeta.runtime;
