/**
 * The configuration file {@code nokv.json}: {@link io.nokv.server.config.NokvConfig} is its form and holds the defaults,
 * {@link io.nokv.server.config.ConfigFile} reads it. A field that does not exist, a value of the wrong type or out of its
 * range is an error that names file and field. The command line wins over the file.
 */
package io.nokv.server.config;
