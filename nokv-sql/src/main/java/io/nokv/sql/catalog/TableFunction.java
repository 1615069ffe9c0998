package io.nokv.sql.catalog;

import static io.nokv.sql.catalog.TableColumn.bigint;
import static io.nokv.sql.catalog.TableColumn.integer;
import static io.nokv.sql.catalog.TableColumn.text;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.SnapshotInfo;
import java.util.List;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * The table functions. Every call has all parameters of {@link #parameters()}, in this order, NULL where the query gave
 * none; which combinations are allowed is {@link #shapes()}.
 */
public enum TableFunction {
    /** Source rows: {@link Entry} with attributes. */
    READDIRPLUS("READDIRPLUS(path) or (mount, parent) [, snapshot => version]",
            "one directory with attributes, in name order", false,
            List.of(Parameter.text("path"), Parameter.text("mount"), Parameter.number("parent"),
                    Parameter.number("snapshot")),
            List.of(List.of("path"), List.of("mount", "parent")), List.of("snapshot"),
            NamespaceTable.ENTRIES.columns()),
    /** Source rows: {@link TreeRow}. */
    SUBTREE("SUBTREE(path [, max_depth] [, snapshot])", "every entry below a directory, parents before children", false,
            List.of(Parameter.text("path"), Parameter.number("max_depth"), Parameter.number("snapshot")),
            List.of(List.of("path", "max_depth", "snapshot")), List.of("max_depth", "snapshot"),
            NamespaceTable.concat(
                    List.of(text("path", EntryColumns.PATH_LENGTH, "path in the mount",
                            (_, s) -> ((TreeRow) s).path()),
                            integer("depth", "1 for entries of the directory itself", (_, s) -> ((TreeRow) s).depth())),
                    EntryColumns.key(s -> ((TreeRow) s).entry()),
                    List.of(EntryColumns.nameBytes(s -> ((TreeRow) s).entry()),
                            EntryColumns.inode(s -> ((TreeRow) s).entry().attributes())),
                    EntryColumns.attributes(s -> ((TreeRow) s).entry().attributes()))),
    /** Source rows: {@link SnapshotInfo}. */
    SNAPSHOT_SUBTREE("SNAPSHOT_SUBTREE(path) or (mount, root_inode) [, label => text]",
            "publishes a snapshot of a directory and everything below", true,
            List.of(Parameter.text("path"), Parameter.text("mount"), Parameter.number("root_inode"),
                    Parameter.text("label")),
            List.of(List.of("path"), List.of("mount", "root_inode")), List.of("label"), snapshotColumns()),
    /** Source rows: {@link SnapshotInfo}. */
    RETIRE_SNAPSHOT("RETIRE_SNAPSHOT(mount, root_inode, read_version)", "retires a snapshot", true,
            List.of(Parameter.text("mount"), Parameter.number("root_inode"), Parameter.number("read_version")),
            List.of(List.of("mount", "root_inode", "read_version")), List.of(), snapshotColumns()),
    /** Source rows: {@link DuRow}. */
    DU("DU(path [, depth] [, snapshot => version])",
            "files, directories and bytes of a directory (and of those down to depth below it), each with all below it;"
                    + " a hard-linked inode counts once, where it is met first",
            false, List.of(Parameter.text("path"), Parameter.number("depth"), Parameter.number("snapshot")),
            List.of(List.of("path", "depth")), List.of("depth", "snapshot"),
            List.of(text("path", EntryColumns.PATH_LENGTH, "path in the mount", (_, s) -> ((DuRow) s).path()),
                    integer("depth", "0 for the directory asked for", (_, s) -> ((DuRow) s).depth()),
                    bigint("inode", "the directory", (_, s) -> ((DuRow) s).inode()),
                    bigint("files", "inodes that are no directory", (_, s) -> ((DuRow) s).files()),
                    bigint("directories", "itself included", (_, s) -> ((DuRow) s).directories()),
                    bigint("bytes", "sum of the sizes, its own included", (_, s) -> ((DuRow) s).bytes())));

    private final String signature;
    private final String remarks;
    private final boolean effect;
    private final List<Parameter> parameters;
    private final List<List<String>> shapes;
    private final List<String> optional;
    private final List<TableColumn> columns;

    TableFunction(String signature, String remarks, boolean effect, List<Parameter> parameters,
            List<List<String>> shapes, List<String> optional, List<TableColumn> columns) {
        this.signature = signature;
        this.remarks = remarks;
        this.effect = effect;
        this.parameters = parameters;
        this.shapes = shapes;
        this.optional = optional;
        this.columns = List.copyOf(columns);
    }

    /** For people. */
    public String signature() {
        return signature;
    }

    public String remarks() {
        return remarks;
    }

    /** Whether executing it changes the database. */
    public boolean hasEffect() {
        return effect;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /** What positional arguments mean: the shape with the right length. */
    public List<List<String>> shapes() {
        return shapes;
    }

    /** Parameters that may be left out. */
    public List<String> optional() {
        return optional;
    }

    public List<TableColumn> columns() {
        return columns;
    }

    private static List<TableColumn> snapshotColumns() {
        return NamespaceTable.SNAPSHOTS.columns().subList(0, 3);
    }

    /** @param name lower case */
    public record Parameter(String name, SqlTypeName type) {
        static Parameter text(String name) {
            return new Parameter(name, SqlTypeName.VARCHAR);
        }

        static Parameter number(String name) {
            return new Parameter(name, SqlTypeName.BIGINT);
        }
    }

    /** A row of SUBTREE. */
    public record TreeRow(String path, int depth, Entry entry) {}

    /** A row of DU. */
    public record DuRow(String path, int depth, long inode, long files, long directories, long bytes) {}
}
