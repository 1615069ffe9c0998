/**
 * The rows of the namespace: how keys and values are laid out, declared here and nowhere else, with the way back from
 * bytes to meaning. Start at {@link io.nokv.fsmeta.record.Keys}, {@link io.nokv.fsmeta.record.RowKey} and
 * {@link io.nokv.fsmeta.record.RowKind}.
 *
 * <pre>
 * key   = 'f' 's' 'm' 00 | 01 | mount | group | kind letter | rest
 * value = F5 | kind letter | version | body            (counters: the same three bytes as a CounterRecord's header)
 *
 * mount, group and the integers of the rest are orderedUnsigned: a length byte, then the significant bytes.
 * inode = group &lt;&lt; 24 | seq. A directory owns a group: its inode is group &lt;&lt; 24, files made in it are numbered in it.
 *
 * mount 0: the registry of mounts        group kind rest                value
 *   a mount's name                         0    M   name bytes          {@link io.nokv.fsmeta.record.RegistryRecord}
 *   the next mount number                  0    F                       {@link io.nokv.fsmeta.record.FenceRecord}
 *
 * mount n, group 0: what concerns the whole mount
 *   state of the mount                     0    M                       {@link io.nokv.fsmeta.record.MountRecord}
 *   the next free group                    0    F                       {@link io.nokv.fsmeta.record.FenceRecord}
 *   limits of a quota scope                0    Q   inode               {@link io.nokv.fsmeta.record.QuotaRecord}
 *   a remembered answer                    0    R   16 bytes of id      {@link io.nokv.fsmeta.record.RequestRecord}
 *   a snapshot                             0    V   inode version       {@link io.nokv.fsmeta.record.SnapshotRecord}
 *
 * mount n, group g &gt; 0: one directory and the inodes numbered in it (the root's group is 1)
 *   chunk of a file (reserved)             g    C   seq index
 *   entry of the directory                 g    D   name bytes          {@link io.nokv.fsmeta.record.DentryRecord}
 *   inode                                  g    I   seq                 {@link io.nokv.fsmeta.record.InodeRecord}
 *   session of a writer (reserved)         g    L   seq id bytes
 *   name of a hard-linked inode            g    P   seq parent name     empty body
 *   state of the directory                 g    S                       {@link io.nokv.fsmeta.record.DirectoryState}
 *   usage of the scope below the directory g    U                       {@link io.nokv.fsmeta.record.Usage}
 *   extended attribute (reserved)          g    X   seq name bytes
 * </pre>
 *
 * All rows of one directory share the prefix up to the group, so listing it is one contiguous scan and a create writes
 * beside it. A non-directory with one name embeds its attributes in its dentry and its I row says where the dentry is;
 * from its second name on the dentries are remote, the attributes are in I and every name has a P row. A directory's
 * dentry embeds type, mode, owner, size, atime and birth; link count, mtime and ctime are in S, which changes by deltas
 * and so does not make creates conflict. The root has no dentry: its I row is whole.
 *
 * <p>An inode is <em>charged</em> in one directory, its home: a directory and a file with one name in their parent, a
 * hard-linked inode in the parent kept in its I row. S counts what is charged in its directory, U what is charged in
 * its directory and below.
 *
 * <p>Room to grow: a decoder that knows version 1 reads version 2 to 127 by ignoring what follows the fields it knows;
 * 128 and above mean that it must not try. Everything is immutable and free of threads.
 */
package io.nokv.fsmeta.record;
