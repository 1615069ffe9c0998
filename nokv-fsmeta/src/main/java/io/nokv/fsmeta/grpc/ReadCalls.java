package io.nokv.fsmeta.grpc;

import com.google.protobuf.ByteString;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.BatchGetAttrRequest;
import io.nokv.proto.fsmeta.v1.BatchGetAttrResponse;
import io.nokv.proto.fsmeta.v1.BatchLookupRequest;
import io.nokv.proto.fsmeta.v1.BatchLookupResponse;
import io.nokv.proto.fsmeta.v1.EntryInfo;
import io.nokv.proto.fsmeta.v1.GetAttrRequest;
import io.nokv.proto.fsmeta.v1.GetAttrResponse;
import io.nokv.proto.fsmeta.v1.GetReadVersionRequest;
import io.nokv.proto.fsmeta.v1.GetReadVersionResponse;
import io.nokv.proto.fsmeta.v1.LookupPathRequest;
import io.nokv.proto.fsmeta.v1.LookupRequest;
import io.nokv.proto.fsmeta.v1.LookupResponse;
import io.nokv.proto.fsmeta.v1.NameInfo;
import io.nokv.proto.fsmeta.v1.ReadDirPlusResponse;
import io.nokv.proto.fsmeta.v1.ReadDirRequest;
import io.nokv.proto.fsmeta.v1.ReadDirResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The reads. Long ones ask the namespace for some rows at a time, all at one version, and stop when the answer is large
 * enough: neither a page nor a batch holds more than one such piece beyond its answer in memory.
 */
final class ReadCalls {
    /** Entries of a directory fetched at a time. */
    static final int PAGE_PIECE = 2_048;

    /** Names or inodes of a batch fetched at a time; this many always fit an answer. */
    static final int BATCH_PIECE = 256;

    /** Tag and length before each embedded message, at most. */
    private static final int FRAME_BYTES = 4;

    private final Namespace namespace;
    private final int maxPageBytes;

    ReadCalls(Namespace namespace, int maxPageBytes) {
        this.namespace = namespace;
        this.maxPageBytes = maxPageBytes;
    }

    GetReadVersionResponse readVersion(GetReadVersionRequest request) {
        return GetReadVersionResponse.newBuilder().setVersion(namespace.readVersion()).build();
    }

    LookupResponse lookup(LookupRequest q) {
        Entry entry = namespace.lookup(WireRequests.mount(q.getMount()), q.getParent(), WireRequests.name(q.getName()),
                q.getVersion());
        return LookupResponse.newBuilder().setEntry(WireValues.entry(entry)).build();
    }

    LookupResponse lookupPath(LookupPathRequest q) {
        Entry entry = namespace.lookupPath(WireRequests.mount(q.getMount()), q.getPath().toByteArray(),
                q.getFollowLast(), q.getVersion());
        return LookupResponse.newBuilder().setEntry(WireValues.entry(entry)).build();
    }

    GetAttrResponse getAttr(GetAttrRequest q) {
        Attributes attributes = namespace.getAttr(WireRequests.mount(q.getMount()), q.getInode(), q.getVersion());
        return GetAttrResponse.newBuilder().setInode(WireValues.inode(attributes)).build();
    }

    ReadDirResponse readDir(ReadDirRequest q) {
        ReadDirResponse.Builder out = ReadDirResponse.newBuilder();
        String mount = WireRequests.mount(q.getMount());
        int left = pageLimit(q.getLimit());
        FileName after = WireValues.nameOrNull(q.getAfter());
        long version = q.getVersion();
        int bytes = 0;
        while (true) {
            NamePage page = namespace.readDir(mount, q.getDirectory(), after, Math.min(left, PAGE_PIECE), version);
            version = page.version();
            out.setVersion(version);
            for (NamePage.Item item : page.items()) {
                NameInfo info = WireValues.item(item);
                int size = info.getSerializedSize() + FRAME_BYTES;
                if (bytes > 0 && bytes + size > maxPageBytes) {
                    return out.setNext(WireValues.name(after)).build();
                }
                bytes += size;
                out.addItems(info);
                after = item.name();
            }
            left -= page.items().size();
            after = page.next();
            if (after == null || left <= 0) {
                return out.setNext(WireValues.name(after)).build();
            }
        }
    }

    ReadDirPlusResponse readDirPlus(ReadDirRequest q) {
        ReadDirPlusResponse.Builder out = ReadDirPlusResponse.newBuilder();
        String mount = WireRequests.mount(q.getMount());
        int left = pageLimit(q.getLimit());
        FileName after = WireValues.nameOrNull(q.getAfter());
        long version = q.getVersion();
        int bytes = 0;
        while (true) {
            DirPage page = namespace.readDirPlus(mount, q.getDirectory(), after, Math.min(left, PAGE_PIECE), version);
            version = page.version();
            out.setVersion(version);
            for (Entry entry : page.entries()) {
                EntryInfo info = WireValues.pageEntry(entry);
                int size = info.getSerializedSize() + FRAME_BYTES;
                if (bytes > 0 && bytes + size > maxPageBytes) {
                    return out.setNext(WireValues.name(after)).build();
                }
                bytes += size;
                out.addEntries(info);
                after = entry.name();
            }
            left -= page.entries().size();
            after = page.next();
            if (after == null || left <= 0) {
                return out.setNext(WireValues.name(after)).build();
            }
        }
    }

    BatchLookupResponse batchLookup(BatchLookupRequest q) {
        String mount = WireRequests.mount(q.getMount());
        int count = q.getNamesCount();
        batchLimit(Rpc.BATCH_LOOKUP, count);
        List<FileName> names = new ArrayList<>(count);
        for (ByteString name : q.getNamesList()) {
            names.add(WireRequests.name(name));
        }
        long version = batchVersion(q.getVersion(), count);
        BatchLookupResponse.Builder out = BatchLookupResponse.newBuilder();
        int bytes = 0;
        for (int from = 0; from < count; from += BATCH_PIECE) {
            if (bytes > maxPageBytes) {
                return out.setVersion(version).build();
            }
            List<FileName> piece = names.subList(from, Math.min(from + BATCH_PIECE, count));
            for (Entry entry : namespace.batchLookup(mount, q.getParent(), piece, version)) {
                if (entry == null) {
                    out.addAnswers(BatchLookupResponse.Found.getDefaultInstance());
                    bytes += FRAME_BYTES;
                } else {
                    EntryInfo info = EntryInfo.newBuilder().setInode(WireValues.inode(entry.attributes())).build();
                    out.addAnswers(BatchLookupResponse.Found.newBuilder().setEntry(info));
                    bytes += info.getSerializedSize() + 2 * FRAME_BYTES;
                }
            }
        }
        return out.build();
    }

    BatchGetAttrResponse batchGetAttr(BatchGetAttrRequest q) {
        String mount = WireRequests.mount(q.getMount());
        int count = q.getInodesCount();
        batchLimit(Rpc.BATCH_GET_ATTR, count);
        long version = batchVersion(q.getVersion(), count);
        BatchGetAttrResponse.Builder out = BatchGetAttrResponse.newBuilder();
        int bytes = 0;
        for (int from = 0; from < count; from += BATCH_PIECE) {
            if (bytes > maxPageBytes) {
                return out.setVersion(version).build();
            }
            List<Long> piece = q.getInodesList().subList(from, Math.min(from + BATCH_PIECE, count));
            for (Attributes attributes : namespace.batchGetAttr(mount, piece, version)) {
                BatchGetAttrResponse.Found.Builder found = out.addAnswersBuilder();
                if (attributes != null) {
                    found.setInode(WireValues.inode(attributes));
                    bytes += found.getInode().getSerializedSize();
                }
                bytes += 2 * FRAME_BYTES;
            }
        }
        return out.build();
    }

    /** A batch that may be answered in pieces is read at one version. */
    private long batchVersion(long asked, int count) {
        return asked == 0 && count > BATCH_PIECE ? namespace.readVersion() : asked;
    }

    /** The wire's number is unsigned: what does not fit an int is negative here. */
    private static int pageLimit(int limit) {
        if (limit < 1 || limit > Namespace.MAX_PAGE) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT, "the limit of a page is 1 to " + Namespace.MAX_PAGE
                    + ", not " + Integer.toUnsignedString(limit));
        }
        return limit;
    }

    private static void batchLimit(Rpc<?, ?> rpc, int count) {
        if (count > rpc.maxItems()) {
            throw new NamespaceException(Reason.TOO_LARGE,
                    rpc.name() + " takes at most " + rpc.maxItems() + " at a time, not " + count);
        }
    }
}
