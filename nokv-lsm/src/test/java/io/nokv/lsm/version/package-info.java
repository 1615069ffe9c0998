/** Tests of the manifest's records. */
package io.nokv.lsm.version;
