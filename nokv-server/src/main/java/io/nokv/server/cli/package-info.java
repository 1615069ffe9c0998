/**
 * The {@code nokv} command. {@link io.nokv.server.cli.Main} is where the process starts, {@link io.nokv.server.cli.ExitCode}
 * what scripts can rely on; every command is a class of its own that prints to the streams of its {@link
 * io.nokv.server.cli.Terminal}, so that tests run commands inside their own process. Commands run on the main thread.
 */
package io.nokv.server.cli;
