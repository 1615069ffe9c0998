/**
 * Thermos: which keys, and which prefixes of keys, are read and written most at present. Start at
 * {@link io.nokv.lsm.thermos.Thermos}, which the engine tells of samples and asks for a {@link io.nokv.lsm.thermos.HotSpots}.
 *
 * <pre>
 * operation --1 in so many--&gt; stripe of the thread --&gt; heavy hitters of read keys, read prefixes, written keys, written prefixes
 *                                                       64 counters each; the smallest one goes to a key that has none
 * statistics &lt;-- the stripes' counters, added up by key
 * </pre>
 *
 * <p>Counting is Space-Saving (Metwally, Agrawal, El Abbadi: Efficient computation of frequent and top-k elements in data streams,
 * 2005): of {@code n} samples with {@code m} counters, every key with more than {@code n / m} of them has a counter, which is at most
 * {@code n / m} too high and says how much. Old samples count less by forward decay (Cormode, Shkapenyuk, Srivastava, Xu: Forward decay, 2009):
 * a new sample weighs more instead, so that nothing has to be gone through as time passes.
 *
 * <p>Which operation is a sample depends on a hash of its number, not on the number, so that no rhythm of the load can hide a key. Keys of a
 * family with tails count by their heads. Prefixes are cut by the family's {@link io.nokv.lsm.point.PrefixRule}, else after a number of bytes.
 *
 * <p>Writes to what is too hot can be held up ({@link io.nokv.lsm.thermos.WriteLimit}): off unless asked for.
 *
 * <p>Invariants: memory is bounded by the options; keys are cut to 128 bytes; nothing here decides what a read or write answers. Threads: a
 * stripe has a lock that covers memory only; who finds it taken drops the sample.
 */
package io.nokv.lsm.thermos;
