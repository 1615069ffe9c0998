/**
 * The ports: time, randomness, scheduling, waiting, network. Everything below the server reaches the world only
 * through these, so that a simulator can run the same classes on one thread from one seed. Start at
 * {@link io.nokv.base.port.Ports}, {@link io.nokv.base.port.Scheduler} and {@link io.nokv.base.port.Promise}.
 *
 * <p>Rules for code above: wait only at {@link io.nokv.base.port.Promise#await()}; never hold a Java lock or monitor
 * across a wait; no sleep, no timed park, no thread of your own.
 */
package io.nokv.base.port;
