/**
 * One process that serves one database: {@link io.nokv.server.standalone.StandaloneServer} starts the JDBC, gRPC and HTTP
 * servers on top of a {@link io.nokv.server.database.Database} and stops them in the opposite order of their dependence:
 * first no new work, then what runs ends or is cut, then the database closes.
 */
package io.nokv.server.standalone;
