/** Identifiers that never repeat: {@link io.nokv.control.id.IdAllocator}. */
package io.nokv.control.id;
