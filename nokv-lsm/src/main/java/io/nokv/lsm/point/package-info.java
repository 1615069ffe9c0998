/**
 * Point reads: what is asked, and what was found. Start at {@link io.nokv.lsm.point.PointLookup}, which a read hands from
 * the newest memtable down to the lowest level; {@link io.nokv.lsm.point.KeyTails} says which keys belong together, and
 * {@link io.nokv.lsm.point.KeyHash} is what every filter stores of them.
 *
 * <pre>
 * key = head tail          (a tail has as many bytes as its family says, 0 to 8; a key shorter than that has none)
 * </pre>
 *
 * <p>Filters hold hashes of heads, so a table is passed over unless it has a key of the head asked for. A family whose
 * tails are inverted timestamps can thus be asked for the newest version at or below one, and most tables answer without
 * being touched.
 *
 * <p>A family may also have a {@link io.nokv.lsm.point.PrefixRule}: filters then hold its keys' prefixes, and a scan of keys that all
 * have one prefix asks for it ({@link io.nokv.lsm.point.PrefixProbe}).
 *
 * <p>Invariants: sources are asked from new to old, and of one key an older entry never takes the place of a newer one. A
 * look-up goes on past the first source that has an answer only where an older source may have a smaller tail. Threads: a
 * look-up belongs to one flow, which takes it from a {@link io.nokv.lsm.point.LookupPool} and gives it back; hashes and tails
 * are immutable.
 */
package io.nokv.lsm.point;
