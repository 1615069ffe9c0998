/** Tests of key ranges against names and numbers taken one by one. */
package io.nokv.sql.exec;
