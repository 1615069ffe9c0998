/** Tests of the endpoint and, as the two belong together, of the drivers against it, over a real socket. */
package io.nokv.sql.http;
