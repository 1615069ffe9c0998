package io.nokv.sql.change;

import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.Quota;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.parse.Change;
import java.util.Locale;

/**
 * Changes of mounts and quotas. Each row takes effect by itself and at once: the registry is not part of transactions,
 * so a statement that fails half-way has done the rows before.
 */
final class RegistryChanges {
    private final Change change;
    private final ChangeRows rows;
    private final LocalNamespace namespace;
    private final String defaultMount;

    RegistryChanges(Change change, ChangeRows rows, LocalNamespace namespace, String defaultMount) {
        this.change = change;
        this.rows = rows;
        this.namespace = namespace;
        this.defaultMount = defaultMount;
    }

    long apply() {
        for (Object[] row : rows.rows()) {
            switch (change.table()) {
                case MOUNTS -> mount(row);
                case QUOTAS -> quota(row);
                case DENTRIES, INODES, ENTRIES, SNAPSHOTS -> throw new AssertionError(change.table());
            }
        }
        return rows.rows().size();
    }

    private void mount(Object[] row) {
        switch (change.verb()) {
            case INSERT -> {
                String name = (String) rows.required(row, "mount");
                if (namespace.mounts().stream().anyMatch(m -> m.name().equals(name))) {
                    throw SqlState.ALREADY_EXISTS.failure("mount " + name + " is registered already");
                }
                namespace.registerMount(name);
            }
            case UPDATE -> {
                String name = (String) rows.known(row, "mount");
                String wanted = String.valueOf(rows.givenNotNull(row, "state")).toUpperCase(Locale.ROOT);
                if (wanted.equals(Mount.State.RETIRED.name())) {
                    namespace.retireMount(name);
                } else if (!wanted.equals(rows.known(row, "state"))) {
                    throw SqlState.INVALID_PARAMETER.failure("mount " + name
                            + " can only become RETIRED, and stays it, not " + wanted);
                }
            }
            case DELETE -> namespace.retireMount((String) rows.known(row, "mount"));
        }
    }

    private void quota(Object[] row) {
        if (change.verb() == Change.Verb.INSERT) {
            Object given = rows.given(row, "mount");
            String mount = given == null ? defaultMount : (String) given;
            Object scope = rows.given(row, "scope");
            long inode = scope == null ? Namespace.ROOT_INODE : ((Number) scope).longValue();
            for (Quota quota : namespace.quotas(mount)) {
                if (quota.scope() == inode && (quota.limitBytes() != 0 || quota.limitInodes() != 0)) {
                    throw SqlState.ALREADY_EXISTS.failure("mount " + mount + " has a quota on inode " + inode
                            + " already");
                }
            }
            namespace.setQuota(mount, inode, limit(row, "limit_bytes", 0), limit(row, "limit_inodes", 0));
            return;
        }
        String mount = (String) rows.known(row, "mount");
        long scope = rows.knownLong(row, "scope");
        if (change.verb() == Change.Verb.DELETE) {
            namespace.setQuota(mount, scope, 0, 0);
        } else {
            namespace.setQuota(mount, scope, limit(row, "limit_bytes", rows.knownLong(row, "limit_bytes")),
                    limit(row, "limit_inodes", rows.knownLong(row, "limit_inodes")));
        }
    }

    private long limit(Object[] row, String column, long otherwise) {
        Object value = rows.given(row, column);
        long limit = value == null ? rows.gives(column) ? 0 : otherwise : ((Number) value).longValue();
        if (limit < 0) {
            throw SqlState.INVALID_PARAMETER.failure(column + " must not be negative: " + limit);
        }
        return limit;
    }
}
