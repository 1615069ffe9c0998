/** Tests of counting and timing. */
package io.nokv.lsm.event;
