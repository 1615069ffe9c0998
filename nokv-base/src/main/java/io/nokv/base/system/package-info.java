/**
 * The real implementations of the ports: the system clock, seeded entropy, virtual threads. The only package below
 * the server, with the real file system of the engine, that may touch threads and time.
 */
package io.nokv.base.system;
