/**
 * INSERT, UPDATE and DELETE as requests to the namespace. The rows to change are read first, at the statement's
 * version, at most 10,000 of them ({@link io.nokv.sql.change.ChangeRows}); then each becomes a mutation of the session's
 * transaction ({@link io.nokv.sql.change.EntryChanges}) or a call of the registry ({@link io.nokv.sql.change.RegistryChanges}).
 * So no statement sees its own effects, and none can do what the namespace would refuse. One thread per statement.
 */
package io.nokv.sql.change;
