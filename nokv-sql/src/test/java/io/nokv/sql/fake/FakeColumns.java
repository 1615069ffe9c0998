package io.nokv.sql.fake;

import io.nokv.sql.api.Column;
import java.util.List;

/** Columns of the fake's results. */
final class FakeColumns {
    static final List<Column> NUMBERS = List.of(new Column("id", "numbers", Column.Type.BIGINT, 0, 0, false, ""),
            new Column("name", "numbers", Column.Type.VARCHAR, 255, 0, false, ""),
            new Column("size", "numbers", Column.Type.BIGINT, 0, 0, false, ""),
            new Column("at", "numbers", Column.Type.TIMESTAMP, 3, 0, false, ""),
            new Column("uid", "numbers", Column.Type.INTEGER, 0, 0, false, ""),
            new Column("gid", "numbers", Column.Type.INTEGER, 0, 0, true, ""));

    private FakeColumns() {}

    static List<Column> kv() {
        return List.of(new Column("k", "kv", Column.Type.VARCHAR, 255, 0, false, ""),
                new Column("v", "kv", Column.Type.BIGINT, 0, 0, false, ""));
    }

    static List<Column> one(String name, Column.Type type) {
        return List.of(new Column(name, "", type, 0, 0, true, ""));
    }
}
