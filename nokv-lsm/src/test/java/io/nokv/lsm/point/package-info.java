/** Tests of how keys are cut. */
package io.nokv.lsm.point;
