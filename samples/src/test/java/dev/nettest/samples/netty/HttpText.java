package dev.nettest.samples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.EOFException;
import java.util.concurrent.CompletableFuture;

/** Requests and responses of the tests of HTTP/1.1 and HTTP/2. */
final class HttpText {

    /** The body of each response, of 1,000 bytes. */
    static final String BODY = "0123456789".repeat(100);

    private HttpText() {}

    static FullHttpRequest get(String path) {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        request.headers().set(HttpHeaderNames.HOST, "shop");
        return request;
    }

    /** Answers each request. */
    static ChannelHandler server() {
        return new SimpleChannelInboundHandler<FullHttpRequest>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                FullHttpResponse response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(BODY, US_ASCII));
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, BODY.length());
                context.writeAndFlush(response);
            }
        };
    }

    /** Collects the body of one response. */
    static final class Response extends SimpleChannelInboundHandler<HttpObject> {

        /** The part that has arrived. Read it after the end of {@link #body}. */
        final StringBuilder received = new StringBuilder();

        final CompletableFuture<String> body = new CompletableFuture<>();

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpContent content) {
                received.append(content.content().toString(US_ASCII));
            }
            if (part instanceof LastHttpContent) {
                body.complete(received.toString());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            body.completeExceptionally(new EOFException("closed"));
        }
    }
}
