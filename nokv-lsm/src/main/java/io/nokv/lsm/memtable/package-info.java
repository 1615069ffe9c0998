/**
 * The newest entries, in memory, in order. Start at {@link io.nokv.lsm.memtable.Memtable};
 * {@link io.nokv.lsm.memtable.MemtableKind} makes one. A small filter over the heads of its keys keeps point reads for
 * older rows out of it.
 *
 * <pre>
 *   FilteredMemtable: HeadFilter, then per family one
 *     RadixTree:  node (depth 4) -- 'a' --&gt; node (depth 9) -- 0x31 --&gt; entry seq 9 -&gt; entry seq 4 -&gt; entry seq 1
 *                        |                        `---- 0x32 --&gt; entry seq 7
 *                        `--- 'b' --&gt; entry seq 3
 *     SkipList:   an entry per version, linked on up to 16 levels
 * </pre>
 *
 * <p>Values are copied to chunks of memory ({@link io.nokv.lsm.memtable.ValueChunks}) that go to a later memtable when nobody
 * holds this one any more: keys and the tree are garbage then, the larger part of the bytes is not. Who reads entries holds the
 * memtable, as the engine's read states do.
 *
 * <p>One writer at a time (the engine's write lock), any number of readers without locks. Nothing is ever taken out.
 */
package io.nokv.lsm.memtable;
