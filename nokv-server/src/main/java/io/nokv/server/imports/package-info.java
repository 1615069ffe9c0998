/**
 * Loads the metadata of a real directory tree into a namespace. {@link io.nokv.server.imports.TreeImport} does it through
 * {@link io.nokv.fsmeta.api.Namespace} only, so it runs the same on an embedded database and over gRPC;
 * {@link io.nokv.server.imports.ImportReport} tells what it did.
 *
 * <h2>How</h2> One thread reads the tree, depth first, names in byte order, and packs steps into transactions; several
 * transactions are on their way at once and are settled in the order they were sent. What goes into a transaction depends
 * on the tree only, never on timing. A directory is read once its own inode is known; its times are set by the transaction
 * that holds its last entry, or by a later one when its entries were spread.
 *
 * <h2>Resuming</h2> There is no checkpoint. A directory that exists is compared with the source, entry by entry, by one
 * merge of two sorted lists, and only differences are written; so the same command after a crash continues, and after
 * success finds nothing to do. What the source does not have is left alone. The access time of an existing entry is
 * brought up to date only together with another difference, because reading a tree changes it.
 *
 * <h2>Hard links</h2> Names of one (device, inode) become names of one inode: the first is a create, the others are links.
 * An inode of the namespace stands for one file of the source; a name that the source has separated gets its own. Memory
 * grows with the number of hard-linked inodes and with depth, not with the tree.
 */
package io.nokv.server.imports;
