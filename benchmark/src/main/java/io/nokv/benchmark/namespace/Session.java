package io.nokv.benchmark.namespace;

import java.util.List;

/** One client of a {@link Target}. Not thread-safe. Names are ASCII. Every change is durable when its call returns. */
public interface Session extends AutoCloseable {
    long root();

    long mkdir(long parent, String name);

    void create(long parent, String name);

    /** The inode behind a name that exists. */
    long find(long parent, String name);

    /** Loads many empty files into one directory, in whatever way the target loads best. For preparation, not measured. */
    void createMany(long parent, List<String> names);

    /** True when the path, as "/a/b/c", exists; reads its attributes. */
    boolean statPath(String path);

    /** True when the name exists; reads its attributes. */
    boolean stat(long parent, String name);

    boolean getAttr(long inode);

    /** Lists a directory with attributes; the number of entries. */
    int readDirPlus(long directory);

    void rename(long fromParent, String fromName, long toParent, String toName);

    void link(long inode, long parent, String name);

    void unlink(long parent, String name);

    /** Visits everything below with attributes; the number of entries. */
    long walk(String path);

    /** The sum of sizes below. */
    long du(String path);

    @Override
    void close();
}
