/**
 * What a front (Avatica endpoint, embedded driver) sees of SQL: {@link io.nokv.sql.api.SqlEngine} opens sessions,
 * a {@link io.nokv.sql.api.SqlSession} prepares and executes. No Avatica type and no Calcite type crosses this package.
 */
package io.nokv.sql.api;
