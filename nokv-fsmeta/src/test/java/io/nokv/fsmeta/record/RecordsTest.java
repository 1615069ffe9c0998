package io.nokv.fsmeta.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.exec.Replay;
import io.nokv.fsmeta.txn.SeededEntropy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Keys and values say back what they were made from, and nothing else is taken for one. */
class RecordsTest {
    private static final FileName NAME = FileName.of(new byte[]{(byte) 0xFF, 'a', '\\', 1});

    private static List<RowKey> everyKey() {
        return List.of(new RowKey.Registry(0, "photos"), new RowKey.Fence(0), new RowKey.MountState(3),
                new RowKey.Fence(3),
                new RowKey.Quota(3, 1L << 24), new RowKey.Request(3, new RequestId(-1, 5)),
                new RowKey.Snapshot(3, 7L << 24, 1L << 60), new RowKey.Dentry(3, 300L << 24, NAME),
                new RowKey.Inode(3, 300L << 24), new RowKey.Inode(3, (300L << 24) + 16_777_215),
                new RowKey.LinkName(3, (300L << 24) + 9, 1L << 24, NAME), new RowKey.Directory(3, 300L << 24),
                new RowKey.Usage(3, 300L << 24));
    }

    private static byte[] encode(RowKey key) {
        return switch (key) {
            case RowKey.Registry r -> Keys.registry(r.name().getBytes(StandardCharsets.UTF_8));
            case RowKey.MountState m -> Keys.mount(m.mount());
            case RowKey.Fence f -> f.mount() == 0 ? Keys.mountFence() : Keys.groupFence(f.mount());
            case RowKey.Quota q -> Keys.quota(q.mount(), q.scope());
            case RowKey.Request r -> Keys.request(r.mount(), r.id());
            case RowKey.Snapshot s -> Keys.snapshot(s.mount(), s.root(), s.version());
            case RowKey.Dentry d -> Keys.dentry(d.mount(), d.parent(), d.name());
            case RowKey.Inode i -> Keys.inode(i.mount(), i.inode());
            case RowKey.LinkName l -> Keys.linkName(l.mount(), l.inode(), l.parent(), l.name());
            case RowKey.Directory d -> Keys.directory(d.mount(), d.directory());
            case RowKey.Usage u -> Keys.usage(u.mount(), u.scope());
            case RowKey.Reserved r -> Keys.kindPrefix(r.mount(), r.group(), r.kind());
        };
    }

    @Test
    void keysSayBackWhatTheyWereMadeFrom() {
        for (RowKey key : everyKey()) {
            assertEquals(key, RowKey.parse(encode(key)));
        }
    }

    @Test
    void theLayoutIsFixed() {
        assertEquals("fsm\\x00\\x01\\x01\\x03\\x02\\x01,Df", Bytes.show(Keys.dentry(3, 300L << 24, FileName.of("f"))));
        assertEquals("fsm\\x00\\x01\\x01\\x03\\x02\\x01,I\\x01\\x09", Bytes.show(Keys.inode(3, (300L << 24) + 9)));
        assertEquals("fsm\\x00\\x01\\x01\\x03\\x01\\x01S", Bytes.show(Keys.directory(3, 1L << 24)));
        assertEquals("fsm\\x00\\x01\\x00\\x00Mphotos",
                Bytes.show(Keys.registry(new byte[]{'p', 'h', 'o', 't', 'o', 's'})));
        for (RowKind kind : RowKind.values()) {
            assertEquals(kind, RowKind.ofLetter(kind.letter()));
        }
    }

    @Test
    void allRowsOfADirectoryLieTogetherAndItsEntriesInNameOrder() {
        byte[] prefix = Keys.groupPrefix(3, 300);
        List<byte[]> entries = new ArrayList<>();
        for (String name : List.of("A", "a", "a\u0001", "ab", "b", "\u00e9")) {
            entries.add(Keys.dentry(3, 300L << 24, FileName.of(name)));
        }
        for (int i = 1; i < entries.size(); i++) {
            assertTrue(Bytes.ORDER.compare(entries.get(i - 1), entries.get(i)) < 0);
        }
        entries.add(Keys.directory(3, 300L << 24));
        entries.add(Keys.inode(3, (300L << 24) + 70_000));
        for (byte[] key : entries) {
            assertTrue(Bytes.startsWith(key, prefix));
        }
        long[] groups = {1, 2, 255, 256, 65_535, 65_536, 1L << 38};
        for (int i = 1; i < groups.length; i++) {
            assertTrue(Bytes.ORDER.compare(Keys.groupPrefix(3, groups[i - 1]), Keys.groupPrefix(3, groups[i])) < 0);
        }
    }

    private static InodeBody body(FileType type) {
        boolean directory = type == FileType.DIRECTORY;
        return new InodeBody(type, 07777, -1, 5, 1L << 50, type == FileType.BLOCK_DEVICE ? 99 : 0, -5,
                directory ? 0 : Long.MAX_VALUE, directory ? 0 : 7, 1_767_225_600_000_000_000L,
                type == FileType.SYMLINK ? new byte[]{'t', 0x7F} : null);
    }

    private static void assertBody(InodeBody expected, InodeBody actual) {
        assertArrayEquals(expected.target(), actual.target());
        assertEquals(expected.toString().replaceAll("target=.*", ""), actual.toString().replaceAll("target=.*", ""));
    }

    @Test
    void dentriesAndInodesOfEveryTypeSayBackWhatTheyWereMadeFrom() {
        for (FileType type : FileType.values()) {
            for (long inode : new long[]{(300L << 24) + 5, (4L << 24) + 16_777_215}) {
                var dentry = (DentryRecord.Embedded) DentryRecord
                        .decode(new DentryRecord.Embedded(inode, body(type)).encode(300L << 24), 300L << 24);
                assertEquals(inode, dentry.inode());
                assertBody(body(type), dentry.body());
            }
            var whole = (InodeRecord.Whole) InodeRecord
                    .decode(new InodeRecord.Whole(body(type), 65_000, 9L << 24).encode());
            assertEquals(65_000, whole.links());
            assertEquals(9L << 24, whole.home());
            assertBody(body(type), whole.body());
        }
        DentryRecord remote = new DentryRecord.Remote(77, FileType.FIFO);
        assertEquals(remote, DentryRecord.decode(remote.encode(1L << 24), 1L << 24));
        InodeRecord located = new InodeRecord.Located(5L << 24, NAME);
        assertEquals(located, InodeRecord.decode(located.encode()));
    }

    @Test
    void smallRecordsSayBackWhatTheyWereMadeFrom() {
        DirectoryState state = new DirectoryState(1, 2, -3, 4, 5L << 24, 6, 7);
        assertEquals(state, DirectoryState.decode(state.encode()));
        assertEquals(new Usage(-1, 2), Usage.decode(new Usage(-1, 2).encode()));
        assertEquals(new FenceRecord(1L << 40), FenceRecord.decode(new FenceRecord(1L << 40).encode()));
        assertEquals(new RegistryRecord(9), RegistryRecord.decode(new RegistryRecord(9).encode()));
        MountRecord mount = new MountRecord(Mount.State.RETIRED, 1, 123, 456, 7);
        assertEquals(mount, MountRecord.decode(mount.encode()));
        QuotaRecord quota = new QuotaRecord(Long.MAX_VALUE, 0, true);
        assertEquals(quota, QuotaRecord.decode(quota.encode()));
        SnapshotRecord snapshot = new SnapshotRecord("na\u00efve", 99);
        assertEquals(snapshot, SnapshotRecord.decode(snapshot.encode()));
        RequestRecord request = RequestRecord.decode(new RequestRecord(new byte[16], new byte[]{1, 2}).encode());
        assertArrayEquals(new byte[]{1, 2}, request.results());
        LinkNameRecord.verify(LinkNameRecord.encode());
    }

    private record Sample(byte[] bytes, Function<byte[], Object> decoder) {}

    private static List<Sample> samples() {
        List<Sample> out = new ArrayList<>();
        out.add(new Sample(new DentryRecord.Embedded(1L << 24, body(FileType.SYMLINK)).encode(1L << 24),
                b -> DentryRecord.decode(b, 1L << 24)));
        out.add(new Sample(new DentryRecord.Remote(99, FileType.FILE).encode(1L << 24),
                b -> DentryRecord.decode(b, 1L << 24)));
        out.add(new Sample(new InodeRecord.Whole(body(FileType.FILE), 2, 1L << 24).encode(), InodeRecord::decode));
        out.add(new Sample(new InodeRecord.Located(1L << 24, NAME).encode(), InodeRecord::decode));
        out.add(new Sample(new DirectoryState(1, 2, 3, 4, 5, 6, 7).encode(), DirectoryState::decode));
        out.add(new Sample(new Usage(1, 2).encode(), Usage::decode));
        out.add(new Sample(new FenceRecord(5).encode(), FenceRecord::decode));
        out.add(new Sample(new RegistryRecord(5).encode(), RegistryRecord::decode));
        out.add(new Sample(new MountRecord(Mount.State.ACTIVE, 1, 2, 3, 4).encode(), MountRecord::decode));
        out.add(new Sample(new QuotaRecord(1, 2, false).encode(), QuotaRecord::decode));
        out.add(new Sample(new SnapshotRecord("s", 1).encode(), SnapshotRecord::decode));
        out.add(new Sample(new RequestRecord(new byte[16], new byte[3]).encode(), RequestRecord::decode));
        return out;
    }

    @Test
    void damagedValuesAreNamedAndNeverMoreThanRefused() throws Exception {
        Replay.run(getClass(), "damagedValuesAreNamedAndNeverMoreThanRefused", entropy -> {
            for (Sample sample : samples()) {
                for (int length = 0; length < sample.bytes.length; length++) {
                    byte[] cut = Arrays.copyOf(sample.bytes, length);
                    FailureCode code = assertThrows(NokvException.class, () -> sample.decoder.apply(cut)).code();
                    assertEquals(FailureCode.CORRUPTION, code);
                }
                assertThrows(NokvException.class, () -> sample.decoder.apply(Bytes.successor(sample.bytes)));
                for (int i = 0; i < 2_000; i++) {
                    byte[] bent = sample.bytes.clone();
                    bent[entropy.nextInt(bent.length)] ^= (byte) (1 << entropy.nextInt(8));
                    try {
                        sample.decoder.apply(bent);
                    } catch (NokvException | NamespaceException e) {
                        assertTrue(e.getMessage() != null);
                    }
                }
            }
        });
    }

    @Test
    void randomBytesAreNoKeys() throws Exception {
        Replay.run(getClass(), "randomBytesAreNoKeys", entropy -> {
            for (RowKey key : everyKey()) {
                byte[] good = encode(key);
                for (int i = 0; i < 2_000; i++) {
                    byte[] bent = Arrays.copyOf(good, 1 + entropy.nextInt(good.length));
                    bent[entropy.nextInt(bent.length)] = (byte) entropy.nextLong();
                    parseOrRefuse(bent, entropy);
                }
            }
            assertEquals(FailureCode.UNSUPPORTED_VERSION, assertThrows(NokvException.class,
                    () -> RowKey.parse(new byte[]{'f', 's', 'm', 0, 2, 0, 0, 'M'})).code());
        });
    }

    private static void parseOrRefuse(byte[] key, SeededEntropy entropy) {
        try {
            assertTrue(RowKey.parse(key).mount() != Long.MIN_VALUE + entropy.nextInt(1));
        } catch (NokvException e) {
            assertTrue(e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION);
        }
    }

    @Test
    void aNewerVersionMayAddFieldsUnlessItSaysThatItMustNotBeRead() {
        byte[] value = new FenceRecord(5).encode();
        byte[] newer = Arrays.copyOf(value, value.length + 3);
        newer[2] = 2;
        assertEquals(new FenceRecord(5), FenceRecord.decode(newer));
        newer[2] = (byte) 128;
        assertEquals(FailureCode.UNSUPPORTED_VERSION,
                assertThrows(NokvException.class, () -> FenceRecord.decode(newer)).code());
        assertEquals(FailureCode.CORRUPTION,
                assertThrows(NokvException.class, () -> RegistryRecord.decode(value)).code(), "another kind");
    }
}
