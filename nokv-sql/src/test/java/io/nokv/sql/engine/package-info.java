/**
 * Tests of the SQL engine over a real namespace on the reference store. {@link io.nokv.sql.engine.SqlUnderTest} is the
 * fixture; scripts of queries with their rows and plans are in {@code src/test/resources/sql}.
 */
package io.nokv.sql.engine;
