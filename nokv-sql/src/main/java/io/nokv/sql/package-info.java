/** SQL over the namespace. */
package io.nokv.sql;
