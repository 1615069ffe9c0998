/** Tests of the row layout. */
package io.nokv.fsmeta.record;
