package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nokv.base.codec.CounterRecord;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.txn.Txn;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts at their bounds; the rows are set there by hand. */
@ParameterizedClass
@EnumSource(TestStore.class)
class LimitsTest {
    private final NamespaceUnderTest fs;

    LimitsTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        fs.close();
    }

    @Test
    void aFileHasAtMost65000Names() {
        long f = fs.file(ROOT, "f");
        fs.link(f, ROOT, "g");
        try (Txn txn = fs.runner.begin()) {
            byte[] key = Keys.inode(1, f);
            InodeRecord.Whole whole = (InodeRecord.Whole) InodeRecord.decode(txn.get(key));
            txn.put(key, new InodeRecord.Whole(whole.body(), 64_999, whole.home()).encode());
            txn.commit();
        }
        assertEquals(65_000, fs.link(f, ROOT, "h").entry().attributes().linkCount());
        assertEquals(Reason.TOO_MANY_LINKS, refusal(() -> fs.link(f, ROOT, "i")));
        fs.unlink(ROOT, "h");
        assertNull(refusal(() -> fs.link(f, ROOT, "i")));
    }

    @Test
    void aDirectorysLinkCountStaysWithin31Bits() throws Exception {
        long d = fs.mkdir(ROOT, "d");
        try (Txn txn = fs.runner.begin()) {
            txn.add(Keys.directory(1, d),
                    List.of(CounterRecord.Delta.set(DirectoryState.SUBDIRECTORIES, Integer.MAX_VALUE - 4L)));
            txn.commit();
        }
        List<Reason> refused = Together.run(5, i -> refusal(() -> fs.mkdir(d, "sub" + i)));
        assertEquals(2, refused.stream().filter(r -> r == null).count());
        assertEquals(3, refused.stream().filter(r -> r == Reason.TOO_MANY_LINKS).count());
        assertEquals(Integer.MAX_VALUE, fs.stat(d).linkCount());
        fs.mkdir(ROOT, "outside");
        assertEquals(Reason.TOO_MANY_LINKS, refusal(() -> fs.rename(ROOT, "outside", d, "inside")));
        assertNull(refusal(() -> fs.file(d, "files are not counted")));
        assertEquals(Reason.TOO_MANY_LINKS,
                refusal(() -> fs.rename(ROOT, "outside", d, "files are not counted",
                        RenameMode.EXCHANGE)));
    }
}
