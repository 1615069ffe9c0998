/** Tests. */
package io.nokv.control.id;
