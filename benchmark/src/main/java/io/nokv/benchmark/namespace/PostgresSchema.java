package io.nokv.benchmark.namespace;

/**
 * The schema a careful PostgreSQL user would write for the same job: inodes and dentries with their primary keys, each
 * change one function call and so one round trip and one transaction, parent times and subdirectory counts kept.
 */
final class PostgresSchema {
    static final String DDL = """
            CREATE TABLE inodes (
                inode bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                type smallint NOT NULL, mode int NOT NULL, uid int NOT NULL, gid int NOT NULL,
                link_count int NOT NULL, size bigint NOT NULL,
                atime bigint NOT NULL, mtime bigint NOT NULL, ctime bigint NOT NULL
            ) WITH (fillfactor = 70);
            CREATE TABLE dentries (
                parent bigint NOT NULL, name bytea NOT NULL, inode bigint NOT NULL, type smallint NOT NULL,
                PRIMARY KEY (parent, name)
            );
            CREATE INDEX dentries_by_inode ON dentries (inode);
            INSERT INTO inodes (type, mode, uid, gid, link_count, size, atime, mtime, ctime)
                VALUES (2, 493, 0, 0, 2, 0, 0, 0, 0);

            CREATE FUNCTION now_ns() RETURNS bigint LANGUAGE sql VOLATILE AS
                $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000000)::bigint $$;

            CREATE FUNCTION touch(directory bigint, subdirectories int) RETURNS void LANGUAGE plpgsql AS $$
            DECLARE t bigint := now_ns();
            BEGIN
                UPDATE inodes SET mtime = t, ctime = t, link_count = link_count + subdirectories
                    WHERE inode = directory AND type = 2;
                IF NOT FOUND THEN RAISE EXCEPTION 'no directory %', directory; END IF;
            END $$;

            CREATE FUNCTION make(directory bigint, entry bytea, kind smallint, perms int) RETURNS bigint LANGUAGE plpgsql AS $$
            DECLARE t bigint := now_ns(); made bigint;
            BEGIN
                INSERT INTO inodes (type, mode, uid, gid, link_count, size, atime, mtime, ctime)
                    VALUES (kind, perms, 0, 0, CASE WHEN kind = 2 THEN 2 ELSE 1 END, 0, t, t, t) RETURNING inode INTO made;
                INSERT INTO dentries (parent, name, inode, type) VALUES (directory, entry, made, kind);
                PERFORM touch(directory, CASE WHEN kind = 2 THEN 1 ELSE 0 END);
                RETURN made;
            END $$;

            CREATE FUNCTION hard_link(target bigint, directory bigint, entry bytea) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE inodes SET link_count = link_count + 1, ctime = now_ns() WHERE inode = target AND type <> 2;
                IF NOT FOUND THEN RAISE EXCEPTION 'no file %', target; END IF;
                INSERT INTO dentries (parent, name, inode, type) SELECT directory, entry, inode, type FROM inodes WHERE inode = target;
                PERFORM touch(directory, 0);
            END $$;

            CREATE FUNCTION remove_file(directory bigint, entry bytea) RETURNS void LANGUAGE plpgsql AS $$
            DECLARE gone bigint; links int;
            BEGIN
                DELETE FROM dentries WHERE parent = directory AND name = entry AND type <> 2 RETURNING inode INTO gone;
                IF gone IS NULL THEN RAISE EXCEPTION 'no such file'; END IF;
                UPDATE inodes SET link_count = link_count - 1, ctime = now_ns() WHERE inode = gone RETURNING link_count INTO links;
                IF links = 0 THEN DELETE FROM inodes WHERE inode = gone; END IF;
                PERFORM touch(directory, 0);
            END $$;

            CREATE FUNCTION move(from_directory bigint, from_entry bytea, to_directory bigint, to_entry bytea) RETURNS void LANGUAGE plpgsql AS $$
            DECLARE moved bigint; kind smallint; above bigint;
            BEGIN
                UPDATE dentries SET parent = to_directory, name = to_entry
                    WHERE parent = from_directory AND name = from_entry RETURNING inode, type INTO moved, kind;
                IF moved IS NULL THEN RAISE EXCEPTION 'no such entry'; END IF;
                IF kind = 2 AND from_directory <> to_directory THEN
                    above := to_directory;
                    WHILE above IS NOT NULL LOOP
                        IF above = moved THEN RAISE EXCEPTION 'into itself'; END IF;
                        SELECT parent INTO above FROM dentries WHERE inode = above FOR SHARE;
                    END LOOP;
                END IF;
                UPDATE inodes SET ctime = now_ns() WHERE inode = moved;
                PERFORM touch(from_directory, CASE WHEN kind = 2 AND from_directory <> to_directory THEN -1 ELSE 0 END);
                IF from_directory <> to_directory THEN
                    PERFORM touch(to_directory, CASE WHEN kind = 2 THEN 1 ELSE 0 END);
                END IF;
            END $$;
            """;

    private static final String ATTRIBUTES = "i.inode, i.type, i.mode, i.uid, i.gid, i.link_count, i.size, i.atime, i.mtime, i.ctime";

    static final String STAT = "SELECT " + ATTRIBUTES
            + " FROM dentries d JOIN inodes i ON i.inode = d.inode WHERE d.parent = ? AND d.name = ?";
    static final String GET_ATTR = "SELECT " + ATTRIBUTES + " FROM inodes i WHERE i.inode = ?";
    static final String READ_DIR_PLUS = "SELECT d.name, " + ATTRIBUTES
            + " FROM dentries d JOIN inodes i ON i.inode = d.inode WHERE d.parent = ? ORDER BY d.name";
    static final String WALK = "WITH RECURSIVE t AS (SELECT inode, type FROM dentries WHERE parent = ? UNION ALL "
            + "SELECT d.inode, d.type FROM dentries d JOIN t ON d.parent = t.inode WHERE t.type = 2) ";

    private PostgresSchema() {}

    /** One statement that resolves {@code depth} components below the root, the way a prepared statement can. */
    static String statPath(int depth) {
        StringBuilder sql = new StringBuilder("SELECT ").append(ATTRIBUTES).append(" FROM dentries d1");
        for (int i = 2; i <= depth; i++) {
            sql.append(" JOIN dentries d").append(i).append(" ON d").append(i).append(".parent = d").append(i - 1)
                    .append(".inode AND d").append(i).append(".name = ?");
        }
        sql.append(" JOIN inodes i ON i.inode = d").append(depth).append(".inode WHERE d1.parent = 1 AND d1.name = ?");
        return sql.toString();
    }
}
