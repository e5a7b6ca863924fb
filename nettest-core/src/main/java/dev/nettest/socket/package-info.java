/**
 * {@code java.net} sockets on a network, for code that takes a {@code SocketFactory} or a {@code ServerSocketFactory}.
 * The entry point is {@link dev.nettest.socket.NetworkSockets}:
 *
 * <pre>{@code
 * var client = new OkHttpClient.Builder().socketFactory(NetworkSockets.socketFactory(network)).build();
 * }</pre>
 *
 * <p>They are the JDK's own {@code Socket} and {@code ServerSocket} classes over another implementation, so that the
 * running JDK makes its own checks with its own messages.
 */
@NullMarked
package dev.nettest.socket;

import org.jspecify.annotations.NullMarked;
