/** Tests of the Meta alone, on a clock that the test moves. */
package io.nokv.sql.avatica;
