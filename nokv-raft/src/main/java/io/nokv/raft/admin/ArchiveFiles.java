package io.nokv.raft.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.nokv.base.error.NokvException;
import io.nokv.proto.raft.v1.ImportSnapshotRequest;
import io.nokv.proto.raft.v1.ImportSnapshotResponse;
import io.nokv.proto.raft.v1.SnapshotPortion;
import io.nokv.raft.archive.ArchiveReader;
import io.nokv.raft.archive.ArchivedRegion;
import io.nokv.raft.region.RegionDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Archives as files on the side of the caller. Waits. */
final class ArchiveFiles {
    private static final int PORTION_BYTES = 256 << 10;

    private ArchiveFiles() {}

    // ---- out -----------------------------------------------------------------------------------------------------

    static ArchivedRegion export(BlockingClientCall<?, SnapshotPortion> call, long patienceNanos,
            Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        boolean whole = false;
        try {
            ArchivedRegion region = write(call, patienceNanos, part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            whole = true;
            syncDirectory(file);
            return region;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NokvException e) {
            throw failed(Status.DATA_LOSS, AdminReason.DAMAGED, e.getMessage());
        } finally {
            if (!whole) {
                call.cancel("the archive was not written", null);
                part.toFile().delete();
            }
        }
    }

    private static ArchivedRegion write(BlockingClientCall<?, SnapshotPortion> call,
            long patienceNanos, Path part) throws IOException {
        ArchiveReader check = new ArchiveReader(ArchiveReader.NOWHERE);
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            for (SnapshotPortion portion = read(call, patienceNanos); portion != null; portion = read(call,
                    patienceNanos)) {
                byte[] bytes = portion.getData().toByteArray();
                check.take(bytes);
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    out.write(left);
                }
            }
            check.finish();
            out.force(true);
        }
        return check.region();
    }

    private static void syncDirectory(Path file) throws IOException {
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    // ---- in ------------------------------------------------------------------------------------------------------

    static RegionDescriptor intake(BlockingClientCall<ImportSnapshotRequest, ImportSnapshotResponse> call,
            long patienceNanos, Path file, long regionId, long peerId) {
        boolean answered = false;
        try (InputStream in = Files.newInputStream(file)) {
            ImportSnapshotRequest.Builder next = ImportSnapshotRequest.newBuilder().setRegionId(regionId)
                    .setPeerId(peerId);
            boolean going = true;
            for (byte[] bytes = in.readNBytes(PORTION_BYTES); going && bytes.length > 0; bytes = in
                    .readNBytes(PORTION_BYTES)) {
                going = write(call, next.setData(bytes(bytes)).build(), patienceNanos);
                next = ImportSnapshotRequest.newBuilder();
            }
            if (going) {
                call.halfClose();
            }
            ImportSnapshotResponse response = read(call, patienceNanos);
            if (response == null) {
                throw failed(Status.UNKNOWN, AdminReason.UNKNOWN_OUTCOME, "the store did not answer");
            }
            answered = true;
            return AdminMessages.region(response.getRegion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!answered) {
                call.cancel("the archive was not taken", null);
            }
        }
    }

    private static ByteString bytes(byte[] all) {
        return UnsafeByteOperations.unsafeWrap(all);
    }

    // ---- both ----------------------------------------------------------------------------------------------------

    /** False when the other side has said all that it will: {@link #read} tells it. */
    private static <Q> boolean write(BlockingClientCall<Q, ?> call, Q request, long patienceNanos) {
        try {
            return call.write(request, patienceNanos, TimeUnit.NANOSECONDS);
        } catch (StatusException e) {
            throw failed(e);
        } catch (TimeoutException _) {
            throw failed(Status.DEADLINE_EXCEEDED, null, "the store takes no more");
        } catch (InterruptedException e) {
            throw failed(Status.CANCELLED.withCause(e), null, "the caller was interrupted");
        }
    }

    /** Null after the last. */
    private static <R> R read(BlockingClientCall<?, R> call, long patienceNanos) {
        try {
            return call.read(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (StatusException e) {
            throw failed(e);
        } catch (TimeoutException _) {
            throw failed(Status.DEADLINE_EXCEEDED, null, "the store says nothing more");
        } catch (InterruptedException e) {
            throw failed(Status.CANCELLED.withCause(e), null, "the caller was interrupted");
        }
    }

    private static AdminException failed(StatusException e) {
        StatusRuntimeException unchecked = new StatusRuntimeException(e.getStatus(), e.getTrailers());
        return new AdminException(AdminErrors.refusal(unchecked), unchecked);
    }

    /** @param reason null when it is none of the store */
    private static AdminException failed(Status status, AdminReason reason, String why) {
        StatusRuntimeException cause = reason == null
                ? status.withDescription(why).asRuntimeException()
                : AdminErrors.of(reason, why);
        return new AdminException(AdminErrors.refusal(cause), cause);
    }
}
