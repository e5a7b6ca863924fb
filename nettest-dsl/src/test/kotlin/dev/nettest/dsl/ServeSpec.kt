package dev.nettest.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import java.io.EOFException
import java.io.IOException
import java.net.ProtocolException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.channels.AsynchronousCloseException

class ServeSpec : FunSpec({
    test("a fault in a handler changes the handler's connection alone") {
        network {
            val listener = listener()
            listener.serve {
                fault(write = Fault.reset())
                connection.writeLine("never")
            }
            val (unrelatedClient, unrelatedServer) = pair()

            shouldThrow<SocketException> { listener.connect().readLine() }.message shouldBe "Connection reset"
            unrelatedClient.writeLine("hello")
            unrelatedServer.readLine() shouldBe "hello"
        }
    }

    test("a handler has the connection as receiver and as parameter, and uses the network around it") {
        runTest {
            network {
                val listener = listener()
                listener.serve {
                    (it === connection) shouldBe true
                    it.writeLine("at ${blocking { clock.now() }}")
                }
                listener.connect().readLine() shouldBe "at 2000-01-01T00:00:00Z"
            }
        }
    }

    test("a client that sends too little fails the test") {
        shouldThrow<EOFException> {
            network {
                val listener = listener()
                listener.serve { it.readByteArray(100) }
                val client = listener.connect()
                client.writeUtf8("short")
                client.shutdownOutput()
                client.readLine()
            }
        }.message shouldBe "end of stream after 5 of 100 bytes"
    }

    test("a server survives a client that sends too little, if the test says so") {
        val thrown = shouldThrow<IllegalStateException> {
            network {
                val listener = listener()
                listener.serve({ it is EOFException }) { it.readByteArray(100) }
                val client = listener.connect()
                client.shutdownOutput()
                client.readLine() shouldBe null
                error("mine")
            }
        }
        thrown.suppressed.map { it.message } shouldContain "end of stream after 0 of 100 bytes"
    }

    test("failures of a connection are those of the network, not those of a protocol") {
        SocketException("Connection reset").isConnectionFailure shouldBe true
        SocketTimeoutException("Read timed out").isConnectionFailure shouldBe true
        AsynchronousCloseException().isConnectionFailure shouldBe true
        IOException("Broken pipe").isConnectionFailure shouldBe true
        EOFException().isConnectionFailure shouldBe false
        ProtocolException("bad frame").isConnectionFailure shouldBe false
    }

    test("an await for several connections waits until they are queued") {
        network {
            val listener = listener { backlog = 3 }
            launch { repeat(3) { listener.connect() } }
            listener.awaitAcceptable(connections = 3)
            repeat(3) { checkNotNull(listener.tryAccept()).close() }
            shouldThrow<IllegalArgumentException> { listener.awaitAcceptable(connections = 5) }.message shouldBe
                "waiting for 5 queued connections, but the accept queue holds at most 4"
        }
    }
})
