package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import java.io.EOFException
import java.io.IOException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ClosedChannelException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class SuspendingConnectionSpec : FunSpec({
    test("a read returns available bytes, and suspends while there are none") {
        network {
            val (client, server) = pair()
            val buffer = ByteBuffer.allocate(16)
            val reader = async(start = CoroutineStart.UNDISPATCHED) { server.read(buffer) }
            reader.isCompleted shouldBe false
            client.writeUtf8("abc")
            reader.await() shouldBe 3
            buffer.position() shouldBe 3
        }
    }

    test("a read into a full buffer returns 0 at once") {
        network { pair().server.read(ByteBuffer.allocate(0)) shouldBe 0 }
    }

    test("every read method reports the end of the stream") {
        network {
            val (client, server) = pair()
            client.writeUtf8("a\nlast")
            client.shutdownOutput()
            server.lines().toList() shouldContainExactly listOf("a", "last")
            server.read(ByteBuffer.allocate(1)) shouldBe -1
            server.readLine() shouldBe null
            server.readAvailable() shouldBe null
            server.readUtf8() shouldBe ""
            server.awaitEndOfStream()
        }
    }

    test("lines end with LF or CRLF") {
        network {
            val (client, server) = pair()
            client.writeUtf8("one\r\n\ntwo\rhalf\nrest")
            server.lines().take(3).toList() shouldContainExactly listOf("one", "", "two\rhalf")
            server.available shouldBe 4
            server.readUtf8(4) shouldBe "rest"
        }
    }

    test("a line may exceed the buffer and contain multi-byte characters") {
        network {
            val (client, server) = pair { receiveBufferSize = 7 }
            val line = "größe €𝄞".repeat(300)
            launch { client.writeLine(line) }
            server.readLine() shouldBe line
        }
    }

    test("readBytes waits for all bytes") {
        network {
            val (client, server) = pair()
            val reader = async(start = CoroutineStart.UNDISPATCHED) { server.readByteArray(5).decodeToString() }
            client.writeUtf8("abc")
            client.writeUtf8("defg")
            reader.await() shouldBe "abcde"
            server.readAvailable()?.decodeToString() shouldBe "fg"
            server.readByteArray(0).size shouldBe 0
        }
    }

    test("readBytes fails at an early end of stream and leaves the bytes") {
        network {
            val (client, server) = pair()
            client.writeUtf8("abc")
            client.close()
            shouldThrow<EOFException> { server.readByteArray(5) }.message shouldBe "end of stream after 3 of 5 bytes"
            server.readUtf8() shouldBe "abc"
        }
    }

    test("a read timeout leaves the bytes that have arrived") {
        network {
            val (client, server) = pair()
            server.readTimeout = 5.milliseconds
            server.readTimeout shouldBe 5.milliseconds
            client.writeUtf8("half a line")
            shouldThrow<SocketTimeoutException> { server.readLine() }.message shouldBe "Read timed out"
            shouldThrow<SocketTimeoutException> { server.readByteArray(100) }.message shouldBe "Read timed out"
            server.readTimeout = Duration.INFINITE
            server.readTimeout shouldBe Duration.INFINITE
            server.readUtf8(11) shouldBe "half a line"
        }
    }

    test("a write timeout reports the transferred bytes") {
        network {
            val (client, server) = pair { receiveBufferSize = 4 }
            client.writeTimeout = 5.milliseconds
            val source = ByteBuffer.wrap(ByteArray(10))
            val timeout = shouldThrow<SocketTimeoutException> { client.write(source) }
            timeout.message shouldBe "Write timed out"
            timeout.bytesTransferred shouldBe 4
            source.remaining() shouldBe 6
            server.available shouldBe 4
        }
    }

    test("a rendezvous write returns when its bytes are read") {
        network {
            val (client, server) = pair { receiveBufferSize = 0 }
            val writer = async(start = CoroutineStart.UNDISPATCHED) { client.writeUtf8("abc") }
            server.readUtf8(2) shouldBe "ab"
            client.awaitWriteBlocked(Duration.ZERO)
            server.readUtf8(1) shouldBe "c"
            writer.await()
        }
    }

    test("a close of its own end fails a suspended read with AsynchronousCloseException") {
        network {
            val server = pair().server
            val reader = async(start = CoroutineStart.UNDISPATCHED) {
                shouldThrow<IOException> { server.read(ByteBuffer.allocate(1)) }
            }
            server.close()
            reader.await()::class shouldBe AsynchronousCloseException::class
            shouldThrow<IOException> { server.read(ByteBuffer.allocate(1)) }::class shouldBe
                ClosedChannelException::class
        }
    }

    test("a reset fails a suspended read") {
        network {
            val (client, server) = pair()
            val reader = async(start = CoroutineStart.UNDISPATCHED) {
                shouldThrow<SocketException> { server.read(ByteBuffer.allocate(1)) }
            }
            client.reset()
            reader.await().message shouldBe "Connection reset"
            server.awaitPeerClosed()
        }
    }

    test("a suspended read returns the end of the stream") {
        network {
            val (client, server) = pair()
            val reader = async(start = CoroutineStart.UNDISPATCHED) { server.read(ByteBuffer.allocate(1)) }
            client.close()
            reader.await() shouldBe -1
        }
    }

    test("a close of its own end fails a suspended write") {
        network {
            val client = pair { receiveBufferSize = 1 }.client
            client.writeUtf8("x")
            val writer =
                async(start = CoroutineStart.UNDISPATCHED) { shouldThrow<IOException> { client.writeUtf8("y") } }
            client.awaitWriteBlocked()
            client.close()
            writer.await()::class shouldBe AsynchronousCloseException::class
        }
    }

    test("a reset fails a suspended write") {
        network {
            val (client, server) = pair { receiveBufferSize = 1 }
            client.writeUtf8("x")
            val writer =
                async(start = CoroutineStart.UNDISPATCHED) { shouldThrow<IOException> { client.writeUtf8("y") } }
            server.reset()
            writer.await().message shouldBe "Connection reset by peer"
        }
    }

    test("two suspended writes run one after the other") {
        network {
            val (client, server) = pair { receiveBufferSize = 3 }
            val texts = listOf("a".repeat(50), "b".repeat(50))
            texts.forEach { launch(start = CoroutineStart.UNDISPATCHED) { client.writeUtf8(it) } }
            server.readUtf8(100) shouldBe texts.joinToString("")
        }
    }

    test("a suspended read throws the declared exception instance") {
        network {
            val server = pair().server
            val declared = IOException("cable cut")
            val reader = async(start = CoroutineStart.UNDISPATCHED) {
                shouldThrow<IOException> { server.read(ByteBuffer.allocate(1)) } shouldBeSameInstanceAs declared
            }
            server.fault(read = Fault.failWith(declared).once())
            reader.await()
        }
    }

    test("an await that can no longer succeed fails with a network snapshot") {
        network {
            val (client, server) = pair()
            client.close()
            val message = shouldThrow<AssertionError> { server.awaitReadable(bytes = 2) }.message!!
            message shouldStartWith
                "$server to be readable (2 bytes) can no longer come about\nthese wait:\n  coroutine "
            message shouldContain "\nProto "
            server.awaitPeerClosed()
            client.awaitClosed()
        }
    }

    test("an await names the line that waited") {
        network {
            val server = pair().server
            val failure = shouldThrow<AssertionError> { server.awaitReadable(limit = 1.milliseconds) }
            failure.message!! shouldStartWith
                "after 1 ms still waiting for $server to be readable\nthese wait:\n  coroutine "
        }
    }

    test("an await without time names the line that waited too") {
        network {
            val server = pair().server
            val unread = shouldThrow<AssertionError> { server.awaitReadable(limit = Duration.ZERO) }
            unread.message!! shouldStartWith
                "after 0 s still waiting for $server to be readable\nthese wait:\n  coroutine "
            val silent = shouldThrow<AssertionError> { awaitListening("localhost:7", limit = Duration.ZERO) }
            silent.message!! shouldContain "\nthese wait:\n  coroutine "
        }
    }

    test("awaitDrained, awaitWritable and awaitWriteBlocked") {
        network {
            val (client, server) = pair { receiveBufferSize = 2 }
            client.awaitWritable()
            val writer = async { client.writeUtf8("abc") }
            client.awaitWriteBlocked()
            client.isWritable shouldBe false
            server.readUtf8(3) shouldBe "abc"
            client.awaitDrained()
            writer.await()
        }
    }

    test("try methods never suspend") {
        network {
            val (client, server) = pair { receiveBufferSize = 2 }
            server.tryRead(ByteBuffer.allocate(1)) shouldBe 0
            client.tryWrite(ByteBuffer.wrap(ByteArray(5))) shouldBe 2
            client.tryWrite(ByteBuffer.wrap(ByteArray(5))) shouldBe 0
            server.tryRead(ByteBuffer.allocate(5)) shouldBe 2
        }
    }

    test("wrappers of one connection are equal") {
        network {
            val (client, server) = pair()
            client.peer shouldBe server
            client.peer.hashCode() shouldBe server.hashCode()
            client.remoteAddress shouldBe server.localAddress
        }
    }

    context("bad input") {
        test("a negative count") {
            network {
                shouldThrow<IllegalArgumentException> { pair().server.readByteArray(-1) }.message shouldBe
                    "byteCount is negative: -1"
            }
        }

        test("a negative read timeout") {
            network {
                shouldThrow<IllegalArgumentException> { pair().server.readTimeout = (-1).seconds }.message shouldBe
                    "readTimeout is not positive: -1s; Duration.INFINITE is no timeout"
            }
        }

        test("awaitReadable of no bytes") {
            network {
                shouldThrow<IllegalArgumentException> { pair().server.awaitReadable(bytes = 0) }.message shouldBe
                    "bytes must be at least 1: 0"
            }
        }

        test("awaitReadable of more bytes than the buffer holds") {
            network {
                shouldThrow<IllegalArgumentException> { pair { receiveBufferSize = 3 }.server.awaitReadable(bytes = 4) }
                    .message shouldBe "waiting for 4 readable bytes, but the receive buffer holds at most 3"
            }
        }

        test("a negative limit") {
            network {
                shouldThrow<IllegalArgumentException> { pair().server.awaitClosed((-1).seconds) }.message shouldBe
                    "limit is negative: -1s"
            }
        }

        test("a negative buffer") {
            network {
                shouldThrow<IllegalArgumentException> { pair { receiveBufferSize = -1 } }.message shouldBe
                    "receiveBufferSize is negative: -1"
            }
        }

        test("a buffer that cannot be read into") {
            network {
                val target = ByteBuffer.allocate(1).asReadOnlyBuffer()
                shouldThrow<IllegalArgumentException> { pair().server.read(target) }.message shouldBe "Read-only buffer"
            }
        }

        test("an unlimited buffer is accepted") {
            network {
                val (client, server) = pair { receiveBufferSize = Connection.UNLIMITED }
                client.write(ByteArray(1 shl 16))
                server.available shouldBe (1 shl 16)
            }
        }
    }
})
