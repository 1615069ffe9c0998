-- Who fills the mount? Run it with: ./nokv sql -f examples/src/main/sql/operator-report.sql

-- The largest directories below the root, with everything in them.
SELECT path, files, directories, bytes FROM TABLE(DU('/', 1)) ORDER BY bytes DESC, path LIMIT 10;

-- What kinds of things there are.
SELECT type, count(*) AS entries, sum(size) AS bytes FROM entries GROUP BY type ORDER BY type;

-- Files that several names share.
SELECT count(*) AS hard_linked FROM inodes WHERE type = 'FILE' AND link_count > 1;

-- Limits and what is used of them.
SELECT mount, scope, limit_bytes, used_bytes, limit_inodes, used_inodes FROM quotas ORDER BY mount, scope;
