/** Tests of the order of text and of LIKE against naive versions. */
package io.nokv.sql.expr;
