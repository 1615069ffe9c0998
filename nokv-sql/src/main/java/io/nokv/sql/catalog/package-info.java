/**
 * What SQL sees: {@link io.nokv.sql.catalog.NamespaceTable} (tables and their keys),
 * {@link io.nokv.sql.catalog.TableFunction} (table functions), each with its columns as
 * {@link io.nokv.sql.catalog.TableColumn}s that know how to read themselves from what the namespace hands out.
 * {@link io.nokv.sql.catalog.Catalog} shows the same to Calcite and to DatabaseMetaData. Everything is immutable.
 */
package io.nokv.sql.catalog;
