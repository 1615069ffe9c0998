/** Tests of the check: every kind of damage is planted and found. */
package io.nokv.fsmeta.fsck;
