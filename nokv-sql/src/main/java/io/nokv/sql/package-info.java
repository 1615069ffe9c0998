/**
 * SQL over the namespace. {@code api} is what fronts see, {@code engine} implements it; {@code parse}, {@code plan} and
 * {@code exec} are the three steps of a statement, {@code expr}, {@code catalog}, {@code change} and {@code error} what
 * they share. Storage is reached through {@link io.nokv.fsmeta.api.LocalNamespace} only.
 */
package io.nokv.sql;
