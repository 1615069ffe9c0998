/**
 * Whole stores and parts of them as files. Start at {@link io.nokv.lsm.transfer.Checkpoint}: an openable copy of a store in
 * another directory of the same file system; {@link io.nokv.lsm.transfer.Export}: the rows of a range as table files; and
 * {@link io.nokv.lsm.transfer.Intake}, which brings such files into a store and checks them.
 *
 * <pre>
 * checkpoint = CURRENT MANIFEST-* *.sst       (a store without a log: its tables hold every batch up to one sequence number)
 * export     = EXPORT *.sst
 * EXPORT     = u32:magic u32:version varint:sequence families u8:hasFrom|hasTo&lt;&lt;1 [bytes:from] [bytes:to] varint:tables table*
 *              u32:crc                                   (CRC32C of all before; tables are named 000001.sst and so on)
 * families   = varint:count u8:family*
 * table      = varint:stamp varint:bytes varint:entries bytes:smallest bytes:largest u32:checksum
 *              (bounds are table keys; checksum = CRC32C of the file)
 * </pre>
 *
 * <p>Tables of an export hold one value for each row and no deletions; all their entries carry the sequence number 0, and
 * their checksums are bound to a random stamp in place of a file number, so that a file cannot pass for another one. A store
 * that takes them in notes the stamp, and the sequence number that all entries have from then on, with the table in its manifest:
 * the file stays as it is.
 *
 * <p>An ingest is a batch of the log whose content is in files: they are linked or copied, synced and read whole before the
 * batch is appended, and after a crash the log finds them there. In the order of writes they stand where a memtable stands
 * that holds what they hold, until the flush of that place gives them a level. So an ingest waits for nobody, and nobody waits
 * for it.
 *
 * <p>A directory is built under a name that ends in {@code .building} inside the store's own directory and appears under its
 * own name by one rename, after everything in it was synced: a crash leaves a whole one or none, and what is left of a
 * building is removed when the store is opened next.
 *
 * <p>Tables never change once written, so a second name for them (a hard link) is a copy that costs nothing; the bytes are
 * freed when the last name goes.
 *
 * <p>Threads: each call belongs to one flow; any number may run beside each other, and beside reads and writes.
 */
package io.nokv.lsm.transfer;
