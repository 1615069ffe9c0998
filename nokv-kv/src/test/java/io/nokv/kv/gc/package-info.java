/** Tests. */
package io.nokv.kv.gc;
