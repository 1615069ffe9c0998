package io.nokv.sql.http;

import io.nokv.base.port.Promise;
import io.nokv.sql.avatica.Failures;
import io.nokv.sql.avatica.NokvMeta;
import io.nokv.sql.avatica.ReplayCache;
import io.nokv.sql.avatica.RequestContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.apache.calcite.avatica.remote.LocalService;
import org.apache.calcite.avatica.remote.Service;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the bytes of a request to the bytes of its answer; knows no HTTP library. Thread-safe; {@link #serve} waits. */
final class RequestDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDesk.class);

    /**
     * What HTTP told beside the body.
     *
     * @param requestId null when the client sends none; then nothing is remembered
     * @param connectionId null when the client sends none
     */
    record Envelope(RequestContext context, String connectionId, String requestId, byte[] body) {}

    private final NokvMeta meta;
    private final Service service;

    RequestDesk(NokvMeta meta) {
        this.meta = meta;
        this.service = new LocalService(meta);
    }

    /** Never throws: a failure is an answer. A request id seen before gets the first answer. */
    ReplayCache.Answer serve(Envelope envelope) {
        String id = envelope.requestId();
        ReplayCache replay = id == null || envelope.connectionId() == null
                ? null
                : meta.replayCache(envelope.connectionId(), envelope.context().principal());
        if (replay == null) {
            return answer(envelope);
        }
        Promise<ReplayCache.Answer> first = replay.claim(id);
        if (first != null) {
            return first.await();
        }
        ReplayCache.Answer answer = null;
        try {
            answer = answer(envelope);
        } finally {
            replay.settle(id, answer != null ? answer : refusal(envelope.body(), Failures.translate(new Error())));
        }
        return answer;
    }

    private ReplayCache.Answer answer(Envelope envelope) {
        WireCodec codec = WireCodec.of(envelope.body());
        try {
            Service.Request request;
            try {
                request = codec.decode(envelope.body());
            } catch (IOException | RuntimeException e) {
                LOG.debug("undecodable request", e);
                throw Failures.of("08P01", "BAD_REQUEST", "the request is not a message of Avatica's protocol");
            }
            Service.Response response = envelope.context().run(() -> Dispatch.apply(service, request));
            return new ReplayCache.Answer(200, codec.encode(response));
        } catch (IOException | RuntimeException | Error e) {
            if (Failures.unexpected(e)) {
                LOG.error("request failed", e);
            }
            return refusal(envelope.body(), Failures.translate(e));
        }
    }

    /** Ends a running statement; the answer is "true" or "false". */
    ReplayCache.Answer cancel(RequestContext context, byte[] body) {
        boolean running = false;
        String[] lines = new String(body, StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length == 2) {
            try {
                int statement = Integer.parseInt(lines[1].trim());
                running = context.run(() -> meta.cancel(lines[0].trim(), statement));
            } catch (RuntimeException e) {
                LOG.debug("cancel found nothing", e);
            }
        }
        return new ReplayCache.Answer(200, Boolean.toString(running).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * An error in the codec of {@code body}; the first bytes of it are enough. The message stands twice, also where other
     * servers put their stack traces: of a failed prepare the stock driver shows nothing else of what the server said.
     */
    static ReplayCache.Answer refusal(byte[] body, AvaticaRuntimeException e) {
        Service.ErrorResponse error = new Service.ErrorResponse(List.of(e.getErrorMessage()), e.getErrorMessage(),
                e.getErrorCode(), e.getSqlState(), e.getSeverity(), null);
        try {
            return new ReplayCache.Answer(500, WireCodec.of(body).encode(error));
        } catch (IOException impossible) {
            throw new AssertionError("an error message cannot be encoded", impossible);
        }
    }
}
