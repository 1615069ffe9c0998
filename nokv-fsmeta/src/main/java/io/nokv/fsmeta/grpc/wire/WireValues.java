package io.nokv.fsmeta.grpc.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.proto.fsmeta.v1.DirectoryEvent;
import io.nokv.proto.fsmeta.v1.EntryInfo;
import io.nokv.proto.fsmeta.v1.InodeInfo;
import io.nokv.proto.fsmeta.v1.InodeType;
import io.nokv.proto.fsmeta.v1.MountInfo;
import io.nokv.proto.fsmeta.v1.MutationResponse;
import io.nokv.proto.fsmeta.v1.NameInfo;
import io.nokv.proto.fsmeta.v1.QuotaInfo;
import io.nokv.proto.fsmeta.v1.SnapshotDetails;

/** Answers of the namespace as messages, and back. */
public final class WireValues {
    private static final FileType[] FILE_TYPES = FileType.values();
    private static final InodeType[] INODE_TYPES = new InodeType[FILE_TYPES.length];

    static {
        for (FileType type : FILE_TYPES) {
            INODE_TYPES[type.ordinal()] = InodeType.forNumber(type.code());
        }
    }

    private WireValues() {}

    // ---- bytes and names --------------------------------------------------------------------------------------

    /** Shares {@code bytes}, which must not change afterwards. */
    public static ByteString wrap(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** Empty for null. */
    public static ByteString name(FileName name) {
        return name == null ? ByteString.EMPTY : wrap(name.bytes());
    }

    /** Null for empty; INVALID_NAME or NAME_TOO_LONG for what is no name. */
    public static FileName nameOrNull(ByteString bytes) {
        return bytes.isEmpty() ? null : FileName.of(bytes.toByteArray());
    }

    // ---- types ------------------------------------------------------------------------------------------------

    public static InodeType type(FileType type) {
        return INODE_TYPES[type.ordinal()];
    }

    /** From a server; UNSUPPORTED for a type that this client does not know. */
    public static FileType fileType(int number) {
        FileType type = FileType.ofCode(number);
        if (type == null) {
            throw new NamespaceException(Reason.UNSUPPORTED, "inode type " + number + " is unknown to this client");
        }
        return type;
    }

    // ---- attributes and entries -------------------------------------------------------------------------------

    public static InodeInfo inode(Attributes a) {
        InodeInfo.Builder out = InodeInfo.newBuilder().setInode(a.inode()).setType(type(a.type())).setMode(a.mode())
                .setUid(a.uid()).setGid(a.gid()).setLinkCount(a.linkCount()).setSize(a.size()).setRdev(a.rdev())
                .setAtimeNs(a.atimeNs()).setMtimeNs(a.mtimeNs()).setCtimeNs(a.ctimeNs()).setCreatedNs(a.createdNs())
                .setVersion(a.version());
        if (a.target() != null) {
            out.setTarget(wrap(a.target()));
        }
        return out.build();
    }

    public static Attributes attributes(InodeInfo i) {
        return new Attributes(i.getInode(), fileType(i.getTypeValue()), i.getMode(), i.getUid(), i.getGid(),
                i.getLinkCount(), i.getSize(), i.getRdev(), i.getAtimeNs(), i.getMtimeNs(), i.getCtimeNs(),
                i.getCreatedNs(), i.getVersion(), i.hasTarget() ? i.getTarget().toByteArray() : null);
    }

    public static EntryInfo entry(Entry e) {
        EntryInfo.Builder out = EntryInfo.newBuilder().setParent(e.parent()).setInode(inode(e.attributes()));
        if (e.name() != null) {
            out.setName(name(e.name()));
        }
        return out.build();
    }

    /** As {@link #entry(Entry)} without the parent, which a page of one directory need not repeat. */
    public static EntryInfo pageEntry(Entry e) {
        return EntryInfo.newBuilder().setName(name(e.name())).setInode(inode(e.attributes())).build();
    }

    public static Entry entry(EntryInfo e) {
        return new Entry(e.getParent(), nameOrNull(e.getName()), attributes(e.getInode()));
    }

    public static Entry pageEntry(long directory, EntryInfo e) {
        return new Entry(directory, nameOrNull(e.getName()), attributes(e.getInode()));
    }

    public static NameInfo item(NamePage.Item item) {
        return NameInfo.newBuilder().setName(name(item.name())).setInode(item.inode()).setType(type(item.type()))
                .build();
    }

    public static NamePage.Item item(NameInfo item) {
        return new NamePage.Item(nameOrNull(item.getName()), item.getInode(), fileType(item.getTypeValue()));
    }

    public static MutationResponse result(MutationResult r) {
        MutationResponse.Builder out = MutationResponse.newBuilder().setVersion(r.version())
                .setInodeRemoved(r.inodeRemoved());
        if (r.entry() != null) {
            out.setEntry(entry(r.entry()));
        }
        if (r.replaced() != null) {
            out.setReplaced(entry(r.replaced()));
        }
        return out.build();
    }

    public static MutationResult result(MutationResponse r) {
        return new MutationResult(r.getVersion(), r.hasEntry() ? entry(r.getEntry()) : null,
                r.hasReplaced() ? entry(r.getReplaced()) : null, r.getInodeRemoved());
    }

    // ---- mounts, quotas, snapshots ----------------------------------------------------------------------------

    public static MountInfo mount(Mount m) {
        MountInfo.State state = switch (m.state()) {
            case ACTIVE -> MountInfo.State.STATE_ACTIVE;
            case RETIRED -> MountInfo.State.STATE_RETIRED;
        };
        return MountInfo.newBuilder().setName(m.name()).setRootInode(m.rootInode()).setSchemaVersion(m.schemaVersion())
                .setState(state).setRegisteredAtMs(m.registeredAtMillis()).setRetiredAtMs(m.retiredAtMillis()).build();
    }

    public static Mount mount(MountInfo m) {
        Mount.State state = switch (m.getState()) {
            case STATE_ACTIVE -> Mount.State.ACTIVE;
            case STATE_RETIRED -> Mount.State.RETIRED;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> throw new NamespaceException(Reason.UNSUPPORTED,
                    "mount state " + m.getStateValue() + " is unknown to this client");
        };
        return new Mount(m.getName(), m.getRootInode(), m.getSchemaVersion(), state, m.getRegisteredAtMs(),
                m.getRetiredAtMs());
    }

    public static QuotaInfo quota(Quota q) {
        return QuotaInfo.newBuilder().setMount(q.mount()).setScope(q.scope()).setLimitBytes(q.limitBytes())
                .setLimitInodes(q.limitInodes()).setUsedBytes(q.usedBytes()).setUsedInodes(q.usedInodes()).build();
    }

    public static Quota quota(QuotaInfo q) {
        return new Quota(q.getMount(), q.getScope(), q.getLimitBytes(), q.getLimitInodes(), q.getUsedBytes(),
                q.getUsedInodes());
    }

    public static SnapshotDetails snapshot(SnapshotInfo s) {
        return SnapshotDetails.newBuilder().setMount(s.mount()).setRootInode(s.rootInode())
                .setReadVersion(s.readVersion()).setLabel(s.label()).setCreatedAtMs(s.createdAtMillis()).build();
    }

    public static SnapshotInfo snapshot(SnapshotDetails s) {
        return new SnapshotInfo(s.getMount(), s.getRootInode(), s.getReadVersion(), s.getLabel(), s.getCreatedAtMs());
    }

    // ---- watch ------------------------------------------------------------------------------------------------

    public static DirectoryEvent event(WatchEvent e) {
        return DirectoryEvent.newBuilder().setCursor(e.cursor()).setVersion(e.version()).setKind(kind(e.kind()))
                .setParent(e.parent()).setName(name(e.name())).setInode(e.inode()).setOtherParent(e.otherParent())
                .setOtherName(name(e.otherName())).build();
    }

    private static DirectoryEvent.Kind kind(WatchEvent.Kind kind) {
        return switch (kind) {
            case CREATED -> DirectoryEvent.Kind.KIND_CREATED;
            case REMOVED -> DirectoryEvent.Kind.KIND_REMOVED;
            case LINKED -> DirectoryEvent.Kind.KIND_LINKED;
            case CHANGED -> DirectoryEvent.Kind.KIND_CHANGED;
            case RENAMED_FROM -> DirectoryEvent.Kind.KIND_RENAMED_FROM;
            case RENAMED_TO -> DirectoryEvent.Kind.KIND_RENAMED_TO;
        };
    }

    /** @param mount of the watched directory: an event does not repeat it */
    public static WatchEvent event(String mount, DirectoryEvent e) {
        WatchEvent.Kind kind = switch (e.getKind()) {
            case KIND_CREATED -> WatchEvent.Kind.CREATED;
            case KIND_REMOVED -> WatchEvent.Kind.REMOVED;
            case KIND_LINKED -> WatchEvent.Kind.LINKED;
            case KIND_CHANGED -> WatchEvent.Kind.CHANGED;
            case KIND_RENAMED_FROM -> WatchEvent.Kind.RENAMED_FROM;
            case KIND_RENAMED_TO -> WatchEvent.Kind.RENAMED_TO;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new NamespaceException(Reason.UNSUPPORTED,
                    "event kind " + e.getKindValue() + " is unknown to this client");
        };
        return new WatchEvent(e.getCursor(), e.getVersion(), kind, mount, e.getParent(), nameOrNull(e.getName()),
                e.getInode(), e.getOtherParent(), nameOrNull(e.getOtherName()));
    }
}
