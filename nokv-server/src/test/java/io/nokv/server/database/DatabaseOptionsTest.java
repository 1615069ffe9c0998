package io.nokv.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.control.time.Timestamp;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.PrefixProbe;
import io.nokv.lsm.point.PrefixRule;
import org.junit.jupiter.api.Test;

class DatabaseOptionsTest {
    /** Whatever numbers a mount and a group have, the engine cuts the rows of a directory where the namespace does. */
    @Test
    void aDirectoryIsThePrefixOfItsRows() {
        KeyPrefixes prefixes = DatabaseOptions.defaults().engine().tables().shape().prefixes();
        PrefixRule rule = prefixes.of(Family.WRITE);
        for (long mount : new long[]{0, 1, 255, 256, 65_536}) {
            for (long group : new long[]{0, 1, 5, 256, 1L << 24, 0x0100_0000_0100L, Long.MAX_VALUE}) {
                int groupBytes = VersionedKey.prefix(Keys.groupPrefix(mount, group)).length - 2;
                byte[] row = VersionedKey.at(Keys.kindPrefix(mount, group, RowKind.DENTRY), new Timestamp(77));
                assertEquals(groupBytes, rule.length(row, 0, row.length), mount + " " + group);
                Range listing = VersionedKey.versionsBetween(Keys.kindPrefix(mount, group, RowKind.DENTRY),
                        Keys.kindEnd(mount, group, RowKind.DENTRY));
                PrefixProbe probe = PrefixProbe.of(prefixes, Family.WRITE, listing);
                assertEquals(KeyPrefixes.hash(Family.WRITE, row, 0, groupBytes), probe.hash(), mount + " " + group);
            }
        }
    }
}
