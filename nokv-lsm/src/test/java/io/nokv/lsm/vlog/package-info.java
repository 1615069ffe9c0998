/** Tests of value files from the inside. */
package io.nokv.lsm.vlog;
