/** Tests of the transaction layer over a local engine, and a measurement. */
package io.nokv.kv;
