package dev.nettest.dsl

import dev.nettest.channel.NetworkChannels
import java.nio.channels.AsynchronousSocketChannel
import java.nio.channels.DatagramChannel
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel

/**
 * The connection of this channel, for coroutines: its faults, its awaits and its [SuspendingConnection.peer]. It knows
 * the connection as soon as it begins to connect. [SuspendingConnection.channel] is the way back.
 * [NetworkScope.asSuspending] does the same for a server channel.
 *
 * @throws IllegalArgumentException if it is not a channel of a network
 * @throws IllegalStateException if it has not begun to connect
 * @sample dev.nettest.dsl.samples.connectionOfAChannel
 */
public fun SocketChannel.asSuspending(): SuspendingConnection = NetworkChannels.connection(this).asSuspending()

/**
 * Like [SocketChannel.asSuspending], for an asynchronous channel.
 *
 * @sample dev.nettest.dsl.samples.connectionOfAnAsynchronousChannel
 */
public fun AsynchronousSocketChannel.asSuspending(): SuspendingConnection =
    NetworkChannels.connection(this).asSuspending()

/**
 * The endpoint of this channel, for coroutines. [SuspendingDatagramEndpoint.channel] is the way back.
 *
 * @throws IllegalArgumentException if it is not a channel of a network
 * @throws IllegalStateException if it was never bound; a connect, a send and a receive bind it too
 * @sample dev.nettest.dsl.samples.endpointOfAChannel
 */
public fun DatagramChannel.asSuspending(): SuspendingDatagramEndpoint = NetworkChannels.endpoint(this).asSuspending()

/**
 * The channel that connected or accepted this connection.
 *
 * @throws IllegalStateException if something other than a channel did
 * @sample dev.nettest.dsl.samples.connectionOfAChannel
 */
public val SuspendingConnection.channel: SocketChannel get() = NetworkChannels.channel(core)

/**
 * The channel that is bound as this listener.
 *
 * @throws IllegalStateException if it is not that of a server channel
 * @sample dev.nettest.dsl.samples.connectionOfAChannel
 */
public val SuspendingListener.channel: ServerSocketChannel get() = NetworkChannels.channel(core)

/**
 * The channel that is bound as this endpoint.
 *
 * @throws IllegalStateException if it is not that of a datagram channel
 * @sample dev.nettest.dsl.samples.endpointOfAChannel
 */
public val SuspendingDatagramEndpoint.channel: DatagramChannel get() = NetworkChannels.channel(core)
