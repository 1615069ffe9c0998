/** The JDBC driver. */
package io.nokv.jdbc;
