/** Whole stores over a real network, administrated from outside. */
package io.nokv.raft.admin;
