/**
 * {@code java.net} sockets on a network, for code that takes a {@code SocketFactory} or a {@code ServerSocketFactory}. You need one
 * class, {@link dev.nettest.socket.NetworkSockets}:
 *
 * <pre>{@code
 * var client = new OkHttpClient.Builder().socketFactory(NetworkSockets.socketFactory(network)).build();
 * }</pre>
 *
 * <p>They are the JDK's own {@code Socket} and {@code ServerSocket} over an implementation of ours, so that what the JDK checks and says
 * is what the running JDK checks and says.
 */
@NullMarked
package dev.nettest.socket;

import org.jspecify.annotations.NullMarked;
