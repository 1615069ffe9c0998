package io.nokv.fsmeta.client;

import com.google.protobuf.ByteString;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.EntryInfo;
import io.nokv.proto.fsmeta.v1.GetAttrRequest;
import io.nokv.proto.fsmeta.v1.LookupPathRequest;
import io.nokv.proto.fsmeta.v1.LookupRequest;
import io.nokv.proto.fsmeta.v1.ReadDirPlusResponse;
import io.nokv.proto.fsmeta.v1.ReadDirRequest;
import io.nokv.proto.fsmeta.v1.ReadDirResponse;
import io.nokv.proto.fsmeta.v1.TransactRequest;
import io.nokv.proto.fsmeta.v1.TransactResponse;
import java.util.ArrayList;
import java.util.List;

/** Requests and answers that need more than one line. */
final class Messages {
    private Messages() {}

    static LookupRequest lookup(String mount, long parent, FileName name, long version) {
        return LookupRequest.newBuilder().setMount(mount).setParent(parent)
                .setName(WireValues.name(name)).setVersion(version).build();
    }

    static LookupPathRequest lookupPath(String mount, byte[] path, boolean followLast,
            long version) {
        return LookupPathRequest.newBuilder().setMount(mount)
                .setPath(ByteString.copyFrom(path)).setFollowLast(followLast).setVersion(version).build();
    }

    static GetAttrRequest getAttr(String mount, long inode, long version) {
        return GetAttrRequest.newBuilder().setMount(mount).setInode(inode)
                .setVersion(version).build();
    }

    static ReadDirRequest readDir(String mount, long directory, FileName after, int limit,
            long version) {
        return ReadDirRequest.newBuilder().setMount(mount).setDirectory(directory)
                .setAfter(WireValues.name(after)).setLimit(limit).setVersion(version).build();
    }

    static TransactRequest transact(List<? extends Operation> steps, RequestId id) {
        TransactRequest.Builder out = TransactRequest.newBuilder()
                .setRequestId(WireRequests.id(id));
        for (Operation step : steps) {
            out.addSteps(WireRequests.step(step));
        }
        return out.build();
    }

    static List<MutationResult> results(TransactResponse response) {
        return response.getResultsList().stream().map(WireValues::result).toList();
    }

    static NamePage namePage(ReadDirResponse response) {
        return new NamePage(response.getItemsList().stream().map(WireValues::item).toList(),
                WireValues.nameOrNull(response.getNext()), response.getVersion());
    }

    static DirPage dirPage(long directory, ReadDirPlusResponse response) {
        List<Entry> entries = new ArrayList<>(response.getEntriesCount());
        for (EntryInfo entry : response.getEntriesList()) {
            entries.add(WireValues.pageEntry(directory, entry));
        }
        return new DirPage(entries, WireValues.nameOrNull(response.getNext()), response.getVersion());
    }
}
