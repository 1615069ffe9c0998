/**
 * A hand-written {@code SqlEngine} for tests of the protocol: a handful of statements that it knows by heart, real
 * transactions over one map, results that stream, block, fail and never end. Start at
 * {@link io.nokv.sql.fake.FakeEngine}.
 */
package io.nokv.sql.fake;
