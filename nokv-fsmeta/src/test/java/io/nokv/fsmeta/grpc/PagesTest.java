package io.nokv.fsmeta.grpc;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.proto.fsmeta.v1.ReadDirPlusResponse;
import io.nokv.proto.fsmeta.v1.ReadDirRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pages and batches: limits at their edges, and long answers cut without losing, repeating or mixing anything. */
class PagesTest {
    private static final long LATEST = 500;

    private final RecordingNamespace namespace = new RecordingNamespace();
    private final TreeMap<FileName, Entry> directory = new TreeMap<>();

    /** A directory of so many symlinks with targets of so many bytes, which answers as the namespace promises. */
    private void fill(int entries, int targetBytes) {
        for (int i = 0; i < entries; i++) {
            FileName name = FileName.of(String.format(Locale.ROOT, "entry-%06d", i));
            directory.put(name, new Entry(ROOT, name, new Attributes(ROOT + 1 + i, FileType.SYMLINK, 0777, 0, 0, 1,
                    targetBytes, 0, 1, 2, 3, 4, 5, new byte[targetBytes])));
        }
        namespace.answer(call -> switch (call.method()) {
            case "readVersion" -> LATEST;
            case "readDirPlus" -> {
                List<Entry> page = page(call);
                yield new DirPage(page, more(page), version(call));
            }
            case "readDir" -> {
                List<Entry> page = page(call);
                yield new NamePage(page.stream()
                        .map(e -> new NamePage.Item(e.name(), e.inode(), e.attributes().type())).toList(), more(page),
                        version(call));
            }
            case "batchLookup" -> ((List<?>) call.arguments().get(2)).stream().map(directory::get)
                    .collect(Collectors.toCollection(ArrayList::new));
            case "batchGetAttr" -> ((List<?>) call.arguments().get(1)).stream().map(i -> {
                long index = (Long) i - ROOT - 1;
                return index < 0 || index >= entries
                        ? null
                        : directory.values().stream().skip(index).findFirst().orElseThrow().attributes();
            }).collect(Collectors.toCollection(ArrayList::new));
            default -> throw new AssertionError(call);
        });
    }

    private List<Entry> page(RecordingNamespace.Call call) {
        FileName after = (FileName) call.arguments().get(2);
        return (after == null ? directory : directory.tailMap(after, false)).values().stream()
                .limit((Integer) call.arguments().get(3)).toList();
    }

    private FileName more(List<Entry> page) {
        return page.isEmpty() || directory.lastKey().equals(page.getLast().name()) ? null : page.getLast().name();
    }

    private static long version(RecordingNamespace.Call call) {
        long asked = (Long) call.arguments().get(4);
        return asked == 0 ? LATEST : asked;
    }

    @Test
    void theLimitOfAPage() {
        fill(10_500, 0);
        try (Served served = new Served(namespace)) {
            for (boolean pipelined : new boolean[]{true, false}) {
                NamespaceClient client = served.client(pipelined);
                for (int limit : new int[]{1, 2, 9_999, 10_000}) {
                    assertEquals(limit, client.readDirPlus(MOUNT, ROOT, null, limit, 0).entries().size());
                    assertEquals(limit, client.readDir(MOUNT, ROOT, null, limit, 0).items().size());
                }
                for (int limit : new int[]{0, -1, 10_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                    assertEquals(Reason.INVALID_ARGUMENT, assertThrows(NamespaceException.class,
                            () -> client.readDirPlus(MOUNT, ROOT, null, limit, 0)).reason());
                    assertEquals(Reason.INVALID_ARGUMENT, assertThrows(NamespaceException.class,
                            () -> client.readDir(MOUNT, ROOT, null, limit, 0)).reason());
                }
            }
        }
    }

    @Test
    void aLongPageIsOneStateAndComesWhole() {
        fill(2 * ReadCalls.PAGE_PIECE + 1, 0);
        try (Served served = new Served(namespace)) {
            DirPage page = served.client(true).readDirPlus(MOUNT, ROOT, null, 10_000, 0);
            assertEquals(List.copyOf(directory.keySet()), page.entries().stream().map(Entry::name).toList());
            assertNull(page.next());
            assertEquals(LATEST, page.version());
            List<Object> versions = namespace.calls.stream().map(c -> c.arguments().get(4)).toList();
            assertEquals(List.of(0L, LATEST, LATEST), versions);
        }
    }

    @Test
    void aPageThatEndsWithItsDirectorySaysSo() {
        fill(5, 0);
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(true);
            assertEquals(FileName.of("entry-000003"), client.readDirPlus(MOUNT, ROOT, null, 4, 0).next());
            assertNull(client.readDirPlus(MOUNT, ROOT, null, 5, 0).next());
            assertNull(client.readDirPlus(MOUNT, ROOT, null, 6, 0).next());
            DirPage empty = client.readDirPlus(MOUNT, ROOT, FileName.of("z"), 6, 0);
            assertEquals(List.of(), empty.entries());
            assertNull(empty.next());
        }
    }

    @Test
    void aPageIsCutByBytesAndTheRestFollows() {
        fill(1_000, 1_000);
        int limit = 100_000;
        try (Served served = new Served(namespace, o -> o.maxPageBytes(limit))) {
            ReadDirPlusResponse first = served.unary(Rpc.READ_DIR_PLUS,
                    ReadDirRequest.newBuilder().setMount(MOUNT).setDirectory(ROOT).setLimit(1_000).build());
            assertTrue(first.getSerializedSize() <= limit + 100, () -> first.getSerializedSize() + " bytes");
            assertTrue(first.getSerializedSize() > limit - 2_000, () -> first.getSerializedSize() + " bytes");
            List<FileName> seen = new ArrayList<>();
            FileName after = null;
            long version = 0;
            int pages = 0;
            do {
                DirPage page = served.client(true).readDirPlus(MOUNT, ROOT, after, 10_000, version);
                page.entries().forEach(e -> seen.add(e.name()));
                after = page.next();
                version = page.version();
                pages++;
            } while (after != null);
            assertEquals(List.copyOf(directory.keySet()), seen);
            assertTrue(pages > 5);
        }
    }

    @Test
    void anEntryLargerThanAPageIsAPage() {
        fill(3, 4_000);
        try (Served served = new Served(namespace, o -> o.maxPageBytes(1_024))) {
            DirPage page = served.client(true).readDirPlus(MOUNT, ROOT, null, 10, 0);
            assertEquals(1, page.entries().size());
            assertEquals(directory.firstKey(), page.next());
        }
    }

    @Test
    void theNamesAndInodesOfABatch() {
        fill(10, 0);
        try (Served served = new Served(namespace)) {
            for (boolean pipelined : new boolean[]{true, false}) {
                NamespaceClient client = served.client(pipelined);
                for (int count : new int[]{0, 1, ReadCalls.BATCH_PIECE, ReadCalls.BATCH_PIECE + 1, 9_999, 10_000}) {
                    assertEquals(count, client.batchLookup(MOUNT, ROOT, names(count), 0).size());
                    assertEquals(count, client.batchGetAttr(MOUNT, inodes(count), 0).size());
                }
                assertEquals(Reason.TOO_LARGE, assertThrows(NamespaceException.class,
                        () -> client.batchLookup(MOUNT, ROOT, names(10_001), 0)).reason());
                assertEquals(Reason.TOO_LARGE, assertThrows(NamespaceException.class,
                        () -> client.batchGetAttr(MOUNT, inodes(10_001), 0)).reason());
            }
        }
    }

    private List<FileName> names(int count) {
        List<FileName> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(FileName.of(String.format(Locale.ROOT, "entry-%06d", i)));
        }
        return out;
    }

    private static List<Long> inodes(int count) {
        List<Long> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(ROOT + 1 + i);
        }
        return out;
    }

    @Test
    void aBatchTooLargeForOneAnswerIsCompletedAtOneVersion() {
        fill(1_000, 4_000);
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(true);
            List<FileName> names = new ArrayList<>(directory.keySet());
            names.add(500, FileName.of("missing"));
            List<Entry> found = client.batchLookup(MOUNT, ROOT, names, 0);
            assertEquals(1_001, found.size());
            for (int i = 0; i < names.size(); i++) {
                Entry expected = directory.get(names.get(i));
                assertEquals(expected == null ? null : expected.name(), found.get(i) == null
                        ? null
                        : found.get(i).name());
                assertEquals(expected == null ? null : (Long) expected.inode(),
                        found.get(i) == null ? null : (Long) found.get(i).inode());
            }
            assertEquals(Set.of(LATEST), namespace.calls.stream().filter(c -> c.method().equals("batchLookup"))
                    .map(c -> c.arguments().get(3)).collect(Collectors.toSet()));
            List<Attributes> attributes = client.batchGetAttr(MOUNT, inodes(1_001), 77);
            assertEquals(1_001, attributes.size());
            assertNull(attributes.getLast());
            assertEquals(ROOT + 1_000, attributes.get(999).inode());
            assertEquals(Set.of(77L), namespace.calls.stream().filter(c -> c.method().equals("batchGetAttr"))
                    .map(c -> c.arguments().get(2)).collect(Collectors.toSet()));
        }
    }
}
