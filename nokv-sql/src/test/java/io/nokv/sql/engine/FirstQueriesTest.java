package io.nokv.sql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The path of a statement from text to rows, once through every kind of statement. */
@ParameterizedClass
@EnumSource(TestStore.class)
final class FirstQueriesTest {
    private final SqlUnderTest sql;
    private long a;

    FirstQueriesTest(TestStore store) {
        sql = SqlUnderTest.open(store);
    }

    @BeforeEach
    void someFiles() {
        a = sql.fs.mkdir(NamespaceUnderTest.ROOT, "a");
        long b = sql.fs.mkdir(a, "b");
        for (int i = 0; i < 3; i++) {
            sql.fs.file(a, "file" + i, 100 * i);
            sql.fs.file(b, "deep" + i, 10 * i);
        }
    }

    @AfterEach
    void close() {
        sql.close();
    }

    @Test
    void tablesAnswerByKey() {
        assertEquals(List.of("file1|100"),
                sql.lines("SELECT name, size FROM entries WHERE mount = 'm' AND parent = ? AND name = 'file1'", a));
        assertEquals(List.of("b", "file0", "file1", "file2"),
                sql.lines("select NAME from Entries where mount = 'm' and parent = ? order by name;", a));
    }

    @Test
    void joinsAndAggregatesRunOverTheSameVersion() {
        assertEquals(List.of("b|0", "file0|0", "file1|100", "file2|200"),
                sql.lines("SELECT e.name, i.size FROM dentries e"
                        + " JOIN inodes i ON i.mount = e.mount AND i.inode = e.inode WHERE e.mount = 'm' AND e.parent = ?",
                        a));
        assertEquals(List.of("DIRECTORY|2|0", "FILE|6|330"),
                sql.lines("SELECT type, count(*), sum(size) FROM entries GROUP BY type ORDER BY type"));
    }

    @Test
    void functionsWalkTheTree() {
        assertEquals(List.of("/a/b|1", "/a/b/deep0|2", "/a/b/deep1|2", "/a/b/deep2|2", "/a/file0|1", "/a/file1|1",
                "/a/file2|1"), sql.lines("SELECT path, depth FROM SUBTREE('/a')"));
        assertEquals(List.of("/|6|3|330"), sql.lines("SELECT path, files, directories, bytes FROM DU('/')"));
        assertEquals(List.of("/a/b"), sql.lines("SELECT PATH_OF('m', INODE_OF('/a/b'))"));
    }

    @Test
    void changesAreRequestsToTheNamespace() {
        assertEquals(1, sql.update("INSERT INTO entries(parent, name, type) VALUES (?, 'new', 'DIRECTORY')", a));
        assertEquals(1,
                sql.update("UPDATE entries SET name = 'renamed', mode = 448 WHERE parent = ? AND name = 'new'", a));
        assertEquals(List.of("renamed|DIRECTORY|448"),
                sql.lines("SELECT name, type, mode FROM READDIRPLUS('/a') WHERE name > 'g'"));
        assertEquals(1, sql.update("DELETE FROM dentries WHERE parent = ? AND name = 'renamed'", a));
        assertEquals(4L, sql.value("SELECT count(*) FROM dentries WHERE parent = ?", a));
    }
}
