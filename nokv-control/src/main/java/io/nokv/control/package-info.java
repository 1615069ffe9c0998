/** Timestamps, ids and routes. */
package io.nokv.control;
