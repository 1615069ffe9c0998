/** The engine in a process of its own, which is killed. Start at {@link io.nokv.lsm.process.EngineKillTest}. */
package io.nokv.lsm.process;
