package io.nokv.sql.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.nokv.sql.avatica.Failures;
import io.nokv.sql.avatica.ReplayCache;
import io.nokv.sql.avatica.RequestContext;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;

/**
 * One HTTP connection: collects a request within its limit, has it served, writes the answer, then takes the next one.
 * Everything here runs on the connection's event loop.
 */
final class HttpFront extends ChannelInboundHandlerAdapter {
    private static final String CANCEL_PATH = "/-/cancel";
    /** Of one connection that sends on without waiting for answers. */
    private static final int MAX_BACKLOG = 64;

    private final AvaticaEndpoint endpoint;
    private final ArrayDeque<HttpObject> backlog = new ArrayDeque<>();

    private HttpRequest head;
    private ByteBuf body;
    private boolean tooLarge;
    private boolean busy;

    HttpFront(AvaticaEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        endpoint.channelOpened(ctx.channel());
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        endpoint.channelClosed(ctx.channel());
        dropBody();
        for (HttpObject waiting = backlog.poll(); waiting != null; waiting = backlog.poll()) {
            ReferenceCountUtil.release(waiting);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent && !busy) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        HttpObject part = (HttpObject) message;
        if (!busy) {
            take(ctx, part);
        } else if (backlog.size() < MAX_BACKLOG) {
            backlog.add(part);
        } else {
            ReferenceCountUtil.release(part);
            ctx.close();
        }
    }

    private void take(ChannelHandlerContext ctx, HttpObject part) {
        try {
            if (part.decoderResult().isFailure()) {
                plain(ctx, HttpResponseStatus.BAD_REQUEST, "malformed HTTP request\n");
                return;
            }
            if (part instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (part instanceof HttpContent content && head != null) {
                collect(content.content());
                if (content instanceof LastHttpContent) {
                    complete(ctx);
                }
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        dropBody();
        if (!request.method().equals(HttpMethod.POST)) {
            plain(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED,
                    "This is NoKV's JDBC port. It takes Avatica requests by POST; connect with jdbc:nokv://.\n");
            return;
        }
        head = request;
        tooLarge = HttpUtil.getContentLength(request, 0L) > endpoint.options().maxRequestBytes();
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                    Unpooled.EMPTY_BUFFER));
        }
    }

    /** What is beyond the limit is read and thrown away, so that the client gets to read why; its start is kept. */
    private void collect(ByteBuf content) {
        int have = body == null ? 0 : body.readableBytes();
        if (have + content.readableBytes() > endpoint.options().maxRequestBytes()) {
            tooLarge = true;
        }
        if (tooLarge && have > 0) {
            return;
        }
        if (body == null) {
            int expected = HttpUtil.getContentLength(head, 0);
            body = Unpooled.buffer(tooLarge ? 16 : Math.max(256, Math.min(expected, 64 << 10)));
        }
        body.writeBytes(content, tooLarge ? Math.min(content.readableBytes(), 16) : content.readableBytes());
    }

    private void complete(ChannelHandlerContext ctx) {
        HttpRequest request = head;
        byte[] bytes = new byte[body == null ? 0 : body.readableBytes()];
        if (body != null) {
            body.readBytes(bytes);
        }
        boolean refusedAsTooLarge = tooLarge;
        dropBody();
        boolean keepAlive = HttpUtil.isKeepAlive(request) && !endpoint.draining();
        if (refusedAsTooLarge) {
            refuse(ctx, bytes, keepAlive, Failures.of("54000", "REQUEST_TOO_LARGE",
                    "the request has more than " + endpoint.options().maxRequestBytes() + " bytes"));
            return;
        }
        HttpHeaders headers = request.headers();
        if (headers.contains(HttpHeaderNames.ORIGIN)) {
            refuse(ctx, bytes, false, Failures.of("28000", "ORIGIN_REFUSED", "web pages cannot send requests here"));
            return;
        }
        String principal = endpoint.authenticator().principal((InetSocketAddress) ctx.channel().remoteAddress(),
                headers.get(HttpHeaderNames.AUTHORIZATION));
        if (principal == null) {
            refuse(ctx, bytes, keepAlive, Failures.of("28000", "NOT_AUTHENTICATED", "authentication failed"));
            return;
        }
        String path = new QueryStringDecoder(request.uri()).path();
        RequestContext context = new RequestContext(principal, path.startsWith("/") ? path.substring(1) : path,
                number(headers, "X-Nokv-Timeout-Millis"), number(headers, "X-Nokv-Max-Rows"));
        if (path.equals(CANCEL_PATH)) {
            serve(ctx, keepAlive, bytes, false, desk -> desk.cancel(context, bytes));
            return;
        }
        if (!endpoint.admit(ctx.channel())) {
            refuse(ctx, bytes, keepAlive,
                    Failures.of("53000", "OVERLOADED", "the server has too many requests; try again later"));
            return;
        }
        RequestDesk.Envelope envelope = new RequestDesk.Envelope(context, headers.get("X-Nokv-Connection"),
                headers.get("X-Nokv-Request-Id"), bytes);
        serve(ctx, keepAlive, bytes, true, desk -> desk.serve(envelope));
    }

    private interface Work {
        ReplayCache.Answer on(RequestDesk desk);
    }

    /** @param counted whether the request was admitted and has to be counted out when its answer is sent */
    private void serve(ChannelHandlerContext ctx, boolean keepAlive, byte[] bytes, boolean counted, Work work) {
        busy = true;
        ctx.channel().config().setAutoRead(false);
        endpoint.execute(desk -> {
            ReplayCache.Answer answer;
            try {
                answer = work.on(desk);
            } catch (RuntimeException | Error e) {
                answer = RequestDesk.refusal(bytes, Failures.translate(e));
            }
            ReplayCache.Answer ready = answer;
            ctx.executor().execute(() -> finish(ctx, keepAlive, bytes, counted, ready));
        });
    }

    private void finish(ChannelHandlerContext ctx, boolean keepAlive, byte[] request, boolean counted,
            ReplayCache.Answer answer) {
        ChannelFuture written = write(ctx, keepAlive, WireCodec.of(request).contentType(), answer);
        if (counted) {
            written.addListener(_ -> endpoint.finished());
        }
        busy = false;
        while (!busy && !backlog.isEmpty()) {
            take(ctx, backlog.poll());
        }
        if (!busy) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private void refuse(ChannelHandlerContext ctx, byte[] bytes, boolean keepAlive, AvaticaRuntimeException why) {
        write(ctx, keepAlive, WireCodec.of(bytes).contentType(), RequestDesk.refusal(bytes, why));
    }

    private ChannelFuture write(ChannelHandlerContext ctx, boolean keepAlive, String contentType,
            ReplayCache.Answer answer) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                answer.status() == 200 ? HttpResponseStatus.OK : HttpResponseStatus.INTERNAL_SERVER_ERROR,
                Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        HttpUtil.setContentLength(response, answer.body().length);
        if (keepAlive && !endpoint.draining()) {
            return ctx.writeAndFlush(response);
        }
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private void plain(ChannelHandlerContext ctx, HttpResponseStatus status, String text) {
        dropBody();
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status,
                Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=utf-8")
                .set(HttpHeaderNames.ALLOW, "POST").set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        HttpUtil.setContentLength(response, response.content().readableBytes());
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static long number(HttpHeaders headers, String name) {
        String value = headers.get(name);
        try {
            return value == null ? 0 : Math.max(0, Long.parseLong(value.trim()));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private void dropBody() {
        head = null;
        tooLarge = false;
        if (body != null) {
            body.release();
            body = null;
        }
    }
}
