package io.nokv.raft.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.TestSeed;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Files become an archive and files again; whatever else is given as one is refused, by offset. */
class RegionArchiveTest {
    private static ArchivedRegion region(Random random) {
        byte[] from = new byte[random.nextInt(5)];
        return new ArchivedRegion(new RegionDescriptor(random.nextInt(1, 1_000),
                new KeyRange(from, random.nextBoolean() ? null : new byte[]{9}),
                new RegionEpoch(random.nextInt(1, 9), random.nextInt(1, 9)), List.of(new Peer(7, 1), new Peer(8, 2))),
                random.nextInt(5, 1_000), random.nextInt(5, 20));
    }

    private static TreeMap<String, byte[]> files(Random random) {
        TreeMap<String, byte[]> out = new TreeMap<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            byte[] bytes = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(300)];
            random.nextBytes(bytes);
            out.put("file-" + random.nextInt(100), bytes);
        }
        return out;
    }

    private static byte[] archive(ArchivedRegion region, TreeMap<String, byte[]> files, int pieceBytes) {
        Vfs vfs = new MemVfs();
        vfs.makeDirectories("out");
        files.forEach((name, bytes) -> {
            try (VfsFile file = vfs.open("out/" + name, Vfs.Mode.CREATE_NEW)) {
                VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes));
            }
        });
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ArchiveWriter writer = new ArchiveWriter(vfs, "out", region, pieceBytes)) {
            for (byte[] next = writer.next(); next != null; next = writer.next()) {
                all.writeBytes(next);
            }
            assertNull(writer.next(), "it ends once");
        }
        return all.toByteArray();
    }

    private static void take(ArchiveReader reader, byte[] bytes, Random random) {
        for (int at = 0; at < bytes.length;) {
            int some = Math.min(bytes.length - at, random.nextInt(1, 200));
            reader.take(Arrays.copyOfRange(bytes, at, at + some));
            at += some;
        }
        reader.finish();
    }

    @Test
    void whatWasArchivedComesBackInPortionsOfAnySize() {
        TestSeed.check(RegionArchiveTest.class, 300, random -> {
            ArchivedRegion region = region(random);
            TreeMap<String, byte[]> files = files(random);
            byte[] bytes = archive(region, files, random.nextInt(1, 100));
            Vfs vfs = new MemVfs();
            ArchiveReader reader;
            try (ArchiveUnpacker unpacker = new ArchiveUnpacker(vfs, "in/here")) {
                reader = new ArchiveReader(unpacker);
                take(reader, bytes, random);
            }
            assertEquals(region, reader.region());
            assertEquals(List.copyOf(files.keySet()), vfs.list("in/here"));
            files.forEach((name, content) -> assertArrayEquals(content, VfsIo.readAll(vfs, "in/here/" + name)));
        });
    }

    @Test
    void everyFlippedBitIsFound() {
        TestSeed.check(RegionArchiveTest.class, 20, random -> {
            byte[] bytes = archive(region(random), files(random), random.nextInt(1, 100));
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] damaged = bytes.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                refused(damaged, random);
            }
        });
    }

    @Test
    void everyTruncationIsFound() {
        TestSeed.check(RegionArchiveTest.class, 50, random -> {
            byte[] bytes = archive(region(random), files(random), random.nextInt(1, 100));
            for (int length = 0; length < bytes.length; length++) {
                refused(Arrays.copyOf(bytes, length), random);
            }
            refused(Arrays.copyOf(bytes, bytes.length + 1), random);
        });
    }

    /** Records that are whole, in another place: each checksum is bound to its offset. */
    @Test
    void recordsOfAnotherPlaceAreFound() {
        TestSeed.check(RegionArchiveTest.class, 500, random -> {
            byte[] bytes = archive(region(random), files(random), random.nextInt(1, 100));
            int from = random.nextInt(bytes.length);
            int to = random.nextInt(bytes.length);
            int length = random.nextInt(Math.min(bytes.length - from, bytes.length - to) + 1);
            byte[] moved = bytes.clone();
            System.arraycopy(bytes, from, moved, to, length);
            if (!Arrays.equals(bytes, moved)) {
                refused(moved, random);
            }
        });
    }

    private static void refused(byte[] bytes, Random random) {
        NokvException failure = assertThrows(NokvException.class,
                () -> take(new ArchiveReader(ArchiveReader.NOWHERE), bytes, random));
        assertEquals(FailureCode.CORRUPTION, failure.code(), failure::getMessage);
        assertTrue(failure.getMessage().contains("offset"), failure::getMessage);
    }

    /** Random bytes behind a right checksum: what makes no sense is refused, and nothing is written outside. */
    @Test
    void recordsThatMakeNoSenseAreRefused() {
        TestSeed.check(RegionArchiveTest.class, 5_000, random -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(new byte[]{'N', 'K', 'R', 'A'});
            for (int left = random.nextInt(1, 5); left > 0; left--) {
                byte[] body = new byte[random.nextInt(30)];
                random.nextBytes(body);
                if (body.length > 1 && random.nextBoolean()) {
                    body[0] = (byte) random.nextInt(4);
                    body[1] = (byte) random.nextInt(4);
                }
                all.writeBytes(ArchiveFormat.record(all.size(), random.nextInt(6), body, body.length));
            }
            Vfs vfs = new MemVfs();
            NokvException failure = assertThrows(NokvException.class, () -> {
                try (ArchiveUnpacker unpacker = new ArchiveUnpacker(vfs, "in")) {
                    take(new ArchiveReader(unpacker), all.toByteArray(), random);
                }
            });
            assertTrue(failure.code() == FailureCode.CORRUPTION || failure.code() == FailureCode.UNSUPPORTED_VERSION,
                    failure::toString);
        });
    }
}
