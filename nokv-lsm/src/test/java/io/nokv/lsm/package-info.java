/** Tests of the engine as a whole: against a model, through crashes, faults and damage. */
package io.nokv.lsm;
