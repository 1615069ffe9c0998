/** Tests. */
package io.nokv.control.time;
