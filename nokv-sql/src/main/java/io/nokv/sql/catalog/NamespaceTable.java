package io.nokv.sql.catalog;

import static io.nokv.sql.catalog.TableColumn.bigint;
import static io.nokv.sql.catalog.TableColumn.integer;
import static io.nokv.sql.catalog.TableColumn.text;
import static io.nokv.sql.catalog.TableColumn.timestamp;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.SnapshotInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables. The key columns come first; the order of a table is that of its key, names by byte. */
public enum NamespaceTable {
    /** Source rows: {@link Mount}. */
    MOUNTS(1, 4, "namespace trees", List.of(
            text("mount", EntryColumns.MOUNT_LENGTH, "the mount", (_, s) -> ((Mount) s).name()),
            bigint("root_inode", "inode of the root directory", (_, s) -> ((Mount) s).rootInode()),
            integer("schema_version", "version of the record layout", (_, s) -> ((Mount) s).schemaVersion()),
            text("state", 16, "ACTIVE or RETIRED", (_, s) -> ((Mount) s).state().name()),
            timestamp("registered_at", "UTC", (_, s) -> ((Mount) s).registeredAtMillis()),
            timestamp("retired_at", "UTC; NULL while active",
                    (_, s) -> ((Mount) s).retiredAtMillis() == 0 ? null : ((Mount) s).retiredAtMillis())
                    .asNullable())),
    /** Source rows: {@link Entry} without attributes. */
    DENTRIES(3, 1e6, "names, and what they name", concat(EntryColumns.key(s -> (Entry) s),
            List.of(EntryColumns.inode(s -> ((Entry) s).attributes()),
                    EntryColumns.type(s -> ((Entry) s).attributes())))),
    /** Source rows: {@link Attributes}. */
    INODES(2, 1e6, "attributes, by inode",
            concat(List.of(EntryColumns.mount(), EntryColumns.inode(s -> (Attributes) s)),
                    EntryColumns.attributes(s -> (Attributes) s))),
    /** Source rows: {@link Entry} with attributes. */
    ENTRIES(3, 1e6, "names with attributes: what READDIRPLUS returns, as a table",
            concat(EntryColumns.key(s -> (Entry) s),
                    List.of(EntryColumns.nameBytes(s -> (Entry) s),
                            EntryColumns.inode(s -> ((Entry) s).attributes())),
                    EntryColumns.attributes(s -> ((Entry) s).attributes()))),
    /** Source rows: {@link Quota}. */
    QUOTAS(2, 16, "limits and exact usage of scopes", List.of(EntryColumns.mount(),
            bigint("scope", "inode of the directory the quota is on; the root's is the whole mount",
                    (_, s) -> ((Quota) s).scope()),
            bigint("limit_bytes", "0: none", (_, s) -> ((Quota) s).limitBytes()),
            bigint("limit_inodes", "0: none", (_, s) -> ((Quota) s).limitInodes()),
            bigint("used_bytes", "sum of the sizes below; a hard-linked inode counts once",
                    (_, s) -> ((Quota) s).usedBytes()),
            bigint("used_inodes", "inodes below", (_, s) -> ((Quota) s).usedInodes()))),
    /** Source rows: {@link SnapshotInfo}. */
    SNAPSHOTS(3, 16, "published versions of subtrees", List.of(EntryColumns.mount(),
            bigint("root_inode", "the directory", (_, s) -> ((SnapshotInfo) s).rootInode()),
            bigint("read_version", "pass it as snapshot =>", (_, s) -> ((SnapshotInfo) s).readVersion()),
            text("label", 1024, "what its publisher called it", (_, s) -> ((SnapshotInfo) s).label()),
            timestamp("created_at", "UTC", (_, s) -> ((SnapshotInfo) s).createdAtMillis())));

    private final int keyColumns;
    private final double estimatedRows;
    private final String remarks;
    private final List<TableColumn> columns;

    NamespaceTable(int keyColumns, double estimatedRows, String remarks, List<TableColumn> columns) {
        this.keyColumns = keyColumns;
        this.estimatedRows = estimatedRows;
        this.remarks = remarks;
        this.columns = List.copyOf(columns);
    }

    /** As queries name it. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many leading columns are the primary key. */
    public int keyColumns() {
        return keyColumns;
    }

    /** A guess for the planner; nothing is wrong when it is far off. */
    public double estimatedRows() {
        return estimatedRows;
    }

    public String remarks() {
        return remarks;
    }

    public List<TableColumn> columns() {
        return columns;
    }

    /** Index of the column of this lower-case name, or -1. */
    public int column(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @SafeVarargs
    static List<TableColumn> concat(List<TableColumn>... parts) {
        List<TableColumn> all = new ArrayList<>();
        for (List<TableColumn> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
