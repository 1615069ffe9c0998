/**
 * The namespace as its users see it: {@link io.nokv.fsmeta.api.Namespace} for every front (embedded, gRPC client),
 * {@link io.nokv.fsmeta.api.LocalNamespace} with the scans and transactions that only live beside the store (SQL uses
 * it). Requests are {@link io.nokv.fsmeta.api.Mutation} records, refusals are
 * {@link io.nokv.fsmeta.api.NamespaceException} with a {@link io.nokv.fsmeta.api.Reason}. Nothing here knows how rows
 * are stored.
 */
package io.nokv.fsmeta.api;
