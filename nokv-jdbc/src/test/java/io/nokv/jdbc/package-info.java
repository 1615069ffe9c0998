/** Tests of the driver that need no server of ours; the others are with the endpoint. */
package io.nokv.jdbc;
