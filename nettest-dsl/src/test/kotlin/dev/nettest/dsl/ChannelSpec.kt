package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.channel.NetworkChannels
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import java.net.InetSocketAddress
import java.net.SocketException
import java.nio.ByteBuffer
import java.nio.channels.SocketChannel

class ChannelSpec : FunSpec({
    val address = InetSocketAddress("10.0.0.5", 7)

    test("the peer of a channel's connection suspends") {
        runTest {
            network {
                listener("10.0.0.5:7").serve { it.writeUtf8(it.readUtf8(4)) }
                selectorProvider.openSocketChannel().use { channel ->
                    channel.connect(address)
                    channel.write(ByteBuffer.wrap("ping".encodeToByteArray()))

                    val client = channel.asSuspending()
                    client.awaitReadable(bytes = 4)
                    client.readUtf8(4) shouldBe "ping"
                    client.channel shouldBe channel
                    client.core shouldBe NetworkChannels.connection(channel)
                }
            }
        }
    }

    test("a fault on the listener of a server channel reaches the accepted channel") {
        runTest {
            network {
                val server = selectorProvider.openServerSocketChannel().bind(address)
                val listener = server.asSuspending()
                listener.fault(read = Fault.reset())
                listener.channel shouldBe server

                val client = connect("10.0.0.5:7")
                server.accept().use { accepted ->
                    accepted.asSuspending().peer shouldBe client
                    client.writeUtf8("a")
                    shouldThrow<SocketException> { accepted.read(ByteBuffer.allocate(1)) }.message shouldBe
                        "Connection reset"
                }
                server.close()
            }
        }
    }

    test("a datagram channel is an endpoint of the scope") {
        runTest {
            network {
                host("dns", "10.0.0.5").selectorProvider.openDatagramChannel().bind(address).use { channel ->
                    val endpoint = channel.asSuspending()
                    datagram().sendUtf8("question", address)
                    endpoint.receiveUtf8() shouldBe "question"
                    endpoint.channel shouldBe channel
                }
            }
        }
    }

    test("asynchronous channels have a connection and a listener") {
        runTest {
            network {
                val provider = NetworkChannels.asynchronousChannelProvider(core)
                val server = provider.openAsynchronousServerSocketChannel(null).bind(address)
                val listener = server.asSuspending()
                val client = provider.openAsynchronousSocketChannel(null)
                client.connect(address).get()

                listener.accept().use { it.writeUtf8("a") }
                client.asSuspending().readUtf8(1) shouldBe "a"
                client.close()
                server.close()
            }
        }
    }

    test("a channel without a connection, and a connection without a channel") {
        runTest {
            network {
                selectorProvider.openSocketChannel().use { channel ->
                    shouldThrow<IllegalStateException> { channel.asSuspending() }
                }
                selectorProvider.openServerSocketChannel().use { channel ->
                    shouldThrow<IllegalStateException> { channel.asSuspending() }
                }
                selectorProvider.openDatagramChannel().use { channel ->
                    shouldThrow<IllegalStateException> { channel.asSuspending() }
                }
                SocketChannel.open().use { channel ->
                    shouldThrow<IllegalArgumentException> { channel.asSuspending() }
                }
                shouldThrow<IllegalStateException> { pair().client.channel }
                shouldThrow<IllegalStateException> { listener().channel }
                shouldThrow<IllegalStateException> { datagram().channel }
            }
        }
    }
})
