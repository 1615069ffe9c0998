/** Regions and the replicated log behind them. */
package io.nokv.raft;
