package io.nokv.lsm.table;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.vlog.ValueShare;
import io.nokv.lsm.range.Cover;
import java.util.Arrays;
import java.util.List;

/**
 * What the manifest knows of a table. Bounds are {@linkplain TableKey table keys}, inclusive (the largest of a table with an
 * {@linkplain TableTraits#openEnd open end} is not); arrays are not to be changed.
 *
 * @param number names the file
 * @param bytes the file's length
 * @param traits how a table that was ingested differs from one that this store wrote
 * @param values what of value files its entries point to, by ascending origin
 * @param checksum CRC32C of the whole file
 */
public record TableMeta(long number, long bytes, long entries, long tombstones, long minSequence, long maxSequence,
        byte[] smallest, byte[] largest, TableTraits traits, List<ValueShare> values,
        int checksum) {
    /** Of a table that this store wrote, without pointers into value files, whose checksum is 0. */
    public TableMeta(long number, long bytes, long entries, long tombstones, long minSequence, long maxSequence,
            byte[] smallest, byte[] largest) {
        this(number, bytes, entries, tombstones, minSequence, maxSequence, smallest, largest, TableTraits.NONE,
                List.of(), 0);
    }

    /** The number that the table's checksums are bound to. */
    public long stamp() {
        return traits.stamp() == 0 ? number : traits.stamp();
    }

    /** This table, its entries carrying {@code sequence}. */
    public TableMeta withSequence(long sequence) {
        return new TableMeta(number, bytes, entries, tombstones, sequence, sequence, smallest, largest,
                new TableTraits(stamp(), sequence, 0, false), values, checksum);
    }

    /** The sum of what {@code tables} take. */
    public static long bytes(List<TableMeta> tables) {
        return tables.stream().mapToLong(TableMeta::bytes).sum();
    }

    /** Bytes of the records in value files that its entries point to. */
    public long valueBytes() {
        return values.stream().mapToLong(ValueShare::bytes).sum();
    }

    /** Whether the table may hold keys in {@code range} of {@code family}. */
    public boolean overlaps(Family family, Range range) {
        return !endsBefore(family, range) && !beginsAfter(family, range);
    }

    /** Whether all keys of the table are before {@code range} of {@code family}. */
    public boolean endsBefore(Family family, Range range) {
        return range.from() == null ? (largest[0] & 0xFF) < family.code() : endsBefore(family, range.from());
    }

    /** Whether all keys of the table are after {@code range} of {@code family}. */
    public boolean beginsAfter(Family family, Range range) {
        return range.to() == null
                ? (smallest[0] & 0xFF) > family.code()
                : TableKey.compare(smallest, family, range.to()) >= 0;
    }

    /** Whether the table may hold table keys between {@code from} and {@code to}, both inclusive. */
    public boolean overlaps(byte[] from, byte[] to) {
        return !endsBefore(from) && Arrays.compareUnsigned(smallest, to) <= 0;
    }

    /** Whether no key from {@code key} on can be in the table. */
    public boolean endsBefore(Family family, byte[] key) {
        int order = TableKey.compare(largest, family, key);
        return order < 0 || order == 0 && traits.openEnd();
    }

    /** Whether no table key from {@code tableKey} on can be in the table. */
    public boolean endsBefore(byte[] tableKey) {
        int order = Arrays.compareUnsigned(largest, tableKey);
        return order < 0 || order == 0 && traits.openEnd();
    }

    /** Whether all that the table holds lies in {@code range} of {@code family}. */
    public boolean within(Family family, Range range) {
        boolean sameFamily = (smallest[0] & 0xFF) == family.code() && (largest[0] & 0xFF) == family.code();
        return sameFamily && (range.from() == null || TableKey.compare(smallest, family, range.from()) >= 0)
                && (range.to() == null || TableKey.compare(largest, family, range.to()) < 0);
    }

    /** Whether all that the table holds is of {@code family} and deleted by what is newer. */
    public boolean isHidden(Family family, Cover cover) {
        return (smallest[0] & 0xFF) == family.code() && (largest[0] & 0xFF) == family.code() && cover.hidesAll(
                Arrays.copyOfRange(smallest, 1, smallest.length), Arrays.copyOfRange(largest, 1, largest.length),
                maxSequence);
    }

    /** Whether a key that will do may be in the table, or in one behind it. */
    public boolean beginsWithin(PointLookup lookup) {
        int code = lookup.family().code();
        int first = smallest[0] & 0xFF;
        return first < code || first == code && lookup.mayBeFrom(smallest, 1, smallest.length - 1);
    }

    /** Whether a key that will do, visible to the look-up, may be in the table. */
    public boolean mayHold(PointLookup lookup) {
        return minSequence <= lookup.sequence() && beginsWithin(lookup)
                && !endsBefore(lookup.family(), lookup.key());
    }

    @Override
    public String toString() {
        return "table " + number + " (" + bytes + " bytes, " + entries + " entries)";
    }
}
