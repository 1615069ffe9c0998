/**
 * Reading versions: {@link io.nokv.kv.mvcc.VersionReader} finds the version of a key that a timestamp sees,
 * {@link io.nokv.kv.mvcc.VersionScan} walks the rows of a range at a timestamp in either direction. Neither looks at
 * locks: whoever calls has dealt with them before.
 */
package io.nokv.kv.mvcc;
