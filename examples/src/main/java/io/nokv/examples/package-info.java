/**
 * Runnable examples, one per kind of user, on the public API only:
 *
 * <ul>
 * <li>{@link io.nokv.examples.DatasetQuery}: dataset tooling asks questions over JDBC
 * <li>{@code src/main/sql/operator-report.sql}: an operator's report, for {@code ./nokv sql -f}
 * <li>{@link io.nokv.examples.TrainingScheduler}: a scheduler pins one version of a dataset per run and hears of new
 * checkpoints over gRPC
 * <li>{@link io.nokv.examples.UploadGateway}: a gateway publishes an upload atomically over gRPC
 * <li>{@link io.nokv.examples.EmbeddedEngine}: a Java service keeps its data in the storage engine, alone and in its own
 * process
 * </ul>
 *
 * Each has a {@code main} that explains its arguments, and a {@code run} that the tests call. They are single-threaded
 * but for the scheduler's watch.
 */
package io.nokv.examples;
