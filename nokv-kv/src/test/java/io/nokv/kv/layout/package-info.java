/** Tests. */
package io.nokv.kv.layout;
