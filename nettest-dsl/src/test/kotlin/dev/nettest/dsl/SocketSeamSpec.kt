package dev.nettest.dsl

import dev.nettest.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.net.SocketException
import java.net.SocketTimeoutException

@OptIn(ExperimentalCoroutinesApi::class)
class SocketSeamSpec : FunSpec({
    blockingTest = true

    test("a blocking server answers a suspending client") {
        runTest {
            network {
                asyncBlocking("server") {
                    serverSocketFactory.createServerSocket(7).use { server ->
                        server.accept().use { it.getOutputStream().write(it.getInputStream().readNBytes(4)) }
                    }
                }
                awaitListening("localhost:7")
                val client = connect("localhost:7")
                client.writeUtf8("ping")
                client.readUtf8(4) shouldBe "ping"
                currentTime shouldBe 0
            }
        }
    }

    test("a blocking client's timeout of thirty seconds takes no real time") {
        runTest {
            network {
                listener(7)
                val client = asyncBlocking("client") {
                    socketFactory.createSocket("localhost", 7).use { socket ->
                        socket.soTimeout = 30_000
                        shouldThrow<SocketTimeoutException> { socket.getInputStream().read() }.message
                    }
                }
                client.await() shouldBe "Read timed out"
                currentTime shouldBe 30_000
            }
        }
    }

    test("faults reach a socket through its listener") {
        runTest {
            network {
                val listener = listener(7) { fault(write = Fault.reset().afterBytes(2)) }
                listener.serve { it.writeUtf8("abc") }
                val client = asyncBlocking("client") {
                    socketFactory.createSocket("localhost", 7).use { socket ->
                        socket.getInputStream().readNBytes(2).decodeToString() shouldBe "ab"
                        shouldThrow<SocketException> { socket.getInputStream().read() }.message
                    }
                }
                client.await() shouldBe "Connection reset"
            }
        }
    }
})
