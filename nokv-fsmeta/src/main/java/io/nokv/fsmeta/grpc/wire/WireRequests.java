package io.nokv.fsmeta.grpc.wire;

import com.google.protobuf.ByteString;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.proto.fsmeta.v1.CreateRequest;
import io.nokv.proto.fsmeta.v1.GetAttrRequest;
import io.nokv.proto.fsmeta.v1.InodeTimes;
import io.nokv.proto.fsmeta.v1.LinkRequest;
import io.nokv.proto.fsmeta.v1.LookupRequest;
import io.nokv.proto.fsmeta.v1.NewInodeSpec;
import io.nokv.proto.fsmeta.v1.RemoveDirRequest;
import io.nokv.proto.fsmeta.v1.RenameRequest;
import io.nokv.proto.fsmeta.v1.SetAttrRequest;
import io.nokv.proto.fsmeta.v1.SymlinkRequest;
import io.nokv.proto.fsmeta.v1.TransactStep;
import io.nokv.proto.fsmeta.v1.UnlinkRequest;

/** Changes and steps as messages, and back. A message that is no request of ours is refused by name. */
public final class WireRequests {
    private WireRequests() {}

    // ---- request ids ------------------------------------------------------------------------------------------

    public static io.nokv.proto.fsmeta.v1.RequestId id(RequestId id) {
        return io.nokv.proto.fsmeta.v1.RequestId.newBuilder().setHigh(id.high()).setLow(id.low()).build();
    }

    public static RequestId id(io.nokv.proto.fsmeta.v1.RequestId id) {
        return new RequestId(id.getHigh(), id.getLow());
    }

    // ---- to messages; a null id leaves the field absent -------------------------------------------------------

    public static CreateRequest create(Mutation.Create m, RequestId id) {
        CreateRequest.Builder out = CreateRequest.newBuilder().setMount(m.mount()).setParent(m.parent())
                .setName(WireValues.name(m.name())).setInode(spec(m.inode()));
        if (id != null) {
            out.setRequestId(id(id));
        }
        return out.build();
    }

    public static SetAttrRequest setAttr(Mutation.SetAttr m, RequestId id) {
        SetAttrRequest.Builder out = SetAttrRequest.newBuilder().setMount(m.mount()).setInode(m.inode());
        if (m.mode() != null) {
            out.setMode(m.mode());
        }
        if (m.uid() != null) {
            out.setUid(m.uid());
        }
        if (m.gid() != null) {
            out.setGid(m.gid());
        }
        if (m.size() != null) {
            out.setSize(m.size());
        }
        if (m.atimeNs() != null) {
            out.setAtimeNs(m.atimeNs());
        }
        if (m.mtimeNs() != null) {
            out.setMtimeNs(m.mtimeNs());
        }
        if (m.ctimeNs() != null) {
            out.setCtimeNs(m.ctimeNs());
        }
        if (id != null) {
            out.setRequestId(id(id));
        }
        return out.build();
    }

    public static LinkRequest link(Mutation.Link m, RequestId id) {
        LinkRequest.Builder out = LinkRequest.newBuilder().setMount(m.mount()).setInode(m.inode()).setParent(m.parent())
                .setName(WireValues.name(m.name()));
        if (id != null) {
            out.setRequestId(id(id));
        }
        return out.build();
    }

    public static UnlinkRequest unlink(Mutation.Unlink m, RequestId id) {
        UnlinkRequest.Builder out = UnlinkRequest.newBuilder().setMount(m.mount()).setParent(m.parent())
                .setName(WireValues.name(m.name()));
        if (id != null) {
            out.setRequestId(id(id));
        }
        return out.build();
    }

    public static RemoveDirRequest removeDir(Mutation.RemoveDir m, RequestId id) {
        RemoveDirRequest.Builder out = RemoveDirRequest.newBuilder().setMount(m.mount()).setParent(m.parent())
                .setName(WireValues.name(m.name()));
        if (id != null) {
            out.setRequestId(id(id));
        }
        return out.build();
    }

    public static RenameRequest rename(Mutation.Rename m, RequestId id) {
        io.nokv.proto.fsmeta.v1.RenameMode mode = switch (m.mode()) {
            case REPLACE -> io.nokv.proto.fsmeta.v1.RenameMode.RENAME_MODE_REPLACE;
            case NO_REPLACE -> io.nokv.proto.fsmeta.v1.RenameMode.RENAME_MODE_NO_REPLACE;
            case EXCHANGE -> io.nokv.proto.fsmeta.v1.RenameMode.RENAME_MODE_EXCHANGE;
        };
        RenameRequest.Builder out = RenameRequest.newBuilder().setMount(m.mount()).setFromParent(m.fromParent())
                .setFromName(WireValues.name(m.fromName())).setToParent(m.toParent())
                .setToName(WireValues.name(m.toName())).setMode(mode);
        if (!m.toMount().equals(m.mount())) {
            out.setToMount(m.toMount());
        }
        if (id != null) {
            out.setRequestId(id(id));
        }
        return out.build();
    }

    public static TransactStep step(Operation operation) {
        TransactStep.Builder out = TransactStep.newBuilder();
        return switch (operation) {
            case Mutation.Create m -> out.setCreate(create(m, null)).build();
            case Mutation.SetAttr m -> out.setSetAttr(setAttr(m, null)).build();
            case Mutation.Link m -> out.setLink(link(m, null)).build();
            case Mutation.Unlink m -> out.setUnlink(unlink(m, null)).build();
            case Mutation.RemoveDir m -> out.setRemoveDir(removeDir(m, null)).build();
            case Mutation.Rename m -> out.setRename(rename(m, null)).build();
            case Query.Lookup q -> out.setLookup(LookupRequest.newBuilder().setMount(q.mount()).setParent(q.parent())
                    .setName(WireValues.name(q.name()))).build();
            case Query.GetAttr q -> out.setGetAttr(GetAttrRequest.newBuilder().setMount(q.mount()).setInode(q.inode()))
                    .build();
        };
    }

    private static NewInodeSpec spec(NewInode n) {
        NewInodeSpec.Builder out = NewInodeSpec.newBuilder().setType(WireValues.type(n.type())).setMode(n.mode())
                .setUid(n.uid()).setGid(n.gid()).setSize(n.size()).setRdev(n.rdev());
        if (n.times() != null) {
            out.setTimes(InodeTimes.newBuilder().setAtimeNs(n.times().atimeNs()).setMtimeNs(n.times().mtimeNs())
                    .setCtimeNs(n.times().ctimeNs()));
        }
        if (n.target() != null) {
            out.setTarget(WireValues.wrap(n.target()));
        }
        return out.build();
    }

    // ---- from messages ----------------------------------------------------------------------------------------

    public static Mutation.Create create(CreateRequest q) {
        return new Mutation.Create(mount(q.getMount()), q.getParent(), name(q.getName()), newInode(q.getInode()));
    }

    public static Mutation.Create symlink(SymlinkRequest q) {
        byte[] target = q.getTarget().toByteArray();
        return new Mutation.Create(mount(q.getMount()), q.getParent(), name(q.getName()), new NewInode(FileType.SYMLINK,
                0777, q.getUid(), q.getGid(), target.length, 0, q.hasTimes() ? times(q.getTimes()) : null, target));
    }

    public static Mutation.SetAttr setAttr(SetAttrRequest q) {
        return new Mutation.SetAttr(mount(q.getMount()), q.getInode(), q.hasMode() ? q.getMode() : null,
                q.hasUid() ? q.getUid() : null, q.hasGid() ? q.getGid() : null, q.hasSize() ? q.getSize() : null,
                q.hasAtimeNs() ? q.getAtimeNs() : null, q.hasMtimeNs() ? q.getMtimeNs() : null,
                q.hasCtimeNs() ? q.getCtimeNs() : null);
    }

    public static Mutation.Link link(LinkRequest q) {
        return new Mutation.Link(mount(q.getMount()), q.getInode(), q.getParent(), name(q.getName()));
    }

    public static Mutation.Unlink unlink(UnlinkRequest q) {
        return new Mutation.Unlink(mount(q.getMount()), q.getParent(), name(q.getName()));
    }

    public static Mutation.RemoveDir removeDir(RemoveDirRequest q) {
        return new Mutation.RemoveDir(mount(q.getMount()), q.getParent(), name(q.getName()));
    }

    public static Mutation.Rename rename(RenameRequest q) {
        RenameMode mode = switch (q.getMode()) {
            case RENAME_MODE_REPLACE -> RenameMode.REPLACE;
            case RENAME_MODE_NO_REPLACE -> RenameMode.NO_REPLACE;
            case RENAME_MODE_EXCHANGE -> RenameMode.EXCHANGE;
            case RENAME_MODE_UNSPECIFIED -> throw invalid("a rename says its mode");
            case UNRECOGNIZED -> throw invalid("rename mode " + q.getModeValue() + " is unknown");
        };
        String mount = mount(q.getMount());
        return new Mutation.Rename(mount, q.getFromParent(), name(q.getFromName()),
                q.getToMount().isEmpty() ? mount : q.getToMount(), q.getToParent(), name(q.getToName()), mode);
    }

    /** @param index of the step, for messages */
    public static Operation operation(TransactStep step, int index) {
        return switch (step.getStepCase()) {
            case CREATE -> create(checkNoId(step.getCreate(), step.getCreate().hasRequestId(), index));
            case SET_ATTR -> setAttr(checkNoId(step.getSetAttr(), step.getSetAttr().hasRequestId(), index));
            case LINK -> link(checkNoId(step.getLink(), step.getLink().hasRequestId(), index));
            case UNLINK -> unlink(checkNoId(step.getUnlink(), step.getUnlink().hasRequestId(), index));
            case REMOVE_DIR -> removeDir(checkNoId(step.getRemoveDir(), step.getRemoveDir().hasRequestId(), index));
            case RENAME -> rename(checkNoId(step.getRename(), step.getRename().hasRequestId(), index));
            case SYMLINK -> symlink(checkNoId(step.getSymlink(), step.getSymlink().hasRequestId(), index));
            case LOOKUP -> {
                LookupRequest q = step.getLookup();
                checkNoVersion(q.getVersion(), index);
                yield new Query.Lookup(mount(q.getMount()), q.getParent(), name(q.getName()));
            }
            case GET_ATTR -> {
                GetAttrRequest q = step.getGetAttr();
                checkNoVersion(q.getVersion(), index);
                yield new Query.GetAttr(mount(q.getMount()), q.getInode());
            }
            case STEP_NOT_SET -> throw invalid("step " + index + " is empty or of a kind unknown to this server");
        };
    }

    /** INVALID_NAME for an empty one too. */
    public static FileName name(ByteString bytes) {
        return FileName.of(bytes.toByteArray());
    }

    /** INVALID_ARGUMENT when absent: every request of a mount names it. */
    public static String mount(String mount) {
        if (mount.isEmpty()) {
            throw invalid("the request names no mount");
        }
        return mount;
    }

    private static NewInode newInode(NewInodeSpec n) {
        FileType type = FileType.ofCode(n.getTypeValue());
        if (type == null) {
            throw invalid(n.getTypeValue() == 0
                    ? "a create says the type of its inode"
                    : "inode type " + n.getTypeValue() + " is unknown");
        }
        return new NewInode(type, n.getMode(), n.getUid(), n.getGid(), n.getSize(), n.getRdev(),
                n.hasTimes() ? times(n.getTimes()) : null, n.hasTarget() ? n.getTarget().toByteArray() : null);
    }

    private static NewInode.Times times(InodeTimes t) {
        return new NewInode.Times(t.getAtimeNs(), t.getMtimeNs(), t.getCtimeNs());
    }

    private static <T> T checkNoId(T request, boolean hasId, int index) {
        if (hasId) {
            throw invalid("step " + index + " has a request id; only the transaction as a whole has one");
        }
        return request;
    }

    private static void checkNoVersion(long version, int index) {
        if (version != 0) {
            throw invalid("step " + index + " names a version; a step reads what its transaction sees");
        }
    }

    private static NamespaceException invalid(String message) {
        return new NamespaceException(Reason.INVALID_ARGUMENT, message);
    }
}
