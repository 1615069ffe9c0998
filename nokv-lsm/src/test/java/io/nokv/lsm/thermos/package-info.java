/** Tests of what watches hot keys. */
package io.nokv.lsm.thermos;
