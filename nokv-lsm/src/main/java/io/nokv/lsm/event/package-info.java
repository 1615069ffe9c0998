/**
 * What an engine does by itself, told as it happens. Start at {@link io.nokv.lsm.event.EngineEvent} (what is told) and
 * {@link io.nokv.lsm.event.EngineListener} (who is told); {@link io.nokv.lsm.event.Events} is where the engine's parts
 * report, and it also times them and writes Flight Recorder events:
 *
 * <pre>
 * nokv.Flush        entries, bytesWritten                    a memtable became a table
 * nokv.Compaction   fromLevel, toLevel, bytesRead, ...       tables were merged into new ones
 * nokv.ValueMove    files, values, bytesMoved                values still alive left files with much garbage
 * nokv.Stall        reason                                   a write waited for background work
 * nokv.Sync         bytes                                    the log was synced; recorded from 1 ms on
 * </pre>
 *
 * <p>Times are those of the engine's clock port; Flight Recorder has its own. Threads: events come on the flow that did
 * the work, several at once when several flows work.
 */
package io.nokv.lsm.event;
