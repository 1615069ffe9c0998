/**
 * Where transactions keep their records, declared once and parseable back.
 *
 * <pre>
 * family WRITE     escaped(user key) u64:~commitTs    {@link io.nokv.kv.layout.WriteRecord}: what a commit did to the key
 * family DEFAULT   escaped(user key) u64:~startTs     a value too long for the write record
 * family LOCK      user key                           {@link io.nokv.kv.layout.LockRecord}: a commit under way
 * family LOCAL     'f' name                           a durable number ({@link io.nokv.control.Fence})
 * </pre>
 *
 * {@link io.nokv.kv.layout.VersionedKey} escapes user keys so that their order survives and no key is a prefix of
 * another; the inverted timestamp puts the newest version first. Everything here is immutable.
 */
package io.nokv.kv.layout;
