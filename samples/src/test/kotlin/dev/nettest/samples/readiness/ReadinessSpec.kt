package dev.nettest.samples.readiness

import dev.nettest.Listener
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.samples.server.Handler
import dev.nettest.samples.server.InMemory
import dev.nettest.samples.server.Server
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.cancelAndJoin
import java.net.BindException
import java.net.ConnectException
import java.net.InetSocketAddress
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/** A server with a blocking `run` in a test of coroutines: how to await its start and its end. */
class ReadinessSpec : FunSpec({
    coroutineTestScope = true

    // snippet: readiness-kotlin
    test("the client connects as soon as the server listens") {
        network {
            val server = echoServer()
            val running = asyncBlocking("server") { server.run(InMemory.transport(core), ADDRESS) }

            val client = awaitListening(ADDRESS, running).connect()

            client.writeLine("hello")
            client.readLine() shouldBe "hello"
        }
    }
    // end snippet

    test("a server that cannot bind fails the test with its own exception") {
        shouldThrow<BindException> {
            network {
                val server = echoServer()
                val running =
                    asyncBlocking("server") { server.run({ throw BindException("Permission denied") }, ADDRESS) }
                awaitListening(ADDRESS, running)
            }
        }.message shouldBe "Permission denied"
    }

    test("a server that ends before it listens fails the test at once") {
        network {
            val server = echoServer()
            server.stop()
            val running = asyncBlocking("server") { server.run(InMemory.transport(core), ADDRESS) }

            shouldThrow<AssertionError> { awaitListening(ADDRESS, running) }
                .message shouldStartWith "the server ended before it listened on"
        }
    }

    test("cancelling closes every conversation") {
        network {
            val listener = listener()
            val running = serve(echoServer(), listener.core)
            val client = listener.connect()
            client.writeLine("hello")
            client.awaitReadable()

            running.cancelAndJoin()

            listener.isClosed shouldBe true
            client.readUtf8() shouldBe "hello\n"
        }
    }

    test("stopping lets a conversation finish") {
        network {
            val listener = listener()
            val server = echoServer()
            val running = serve(server, listener.core)
            val client = listener.connect()
            client.writeLine("hello")
            client.awaitReadable()

            server.stop()

            shouldThrow<ConnectException> { listener.connect() }
            client.writeLine("and goodbye")
            client.shutdownOutput()
            client.readUtf8() shouldBe "hello\nand goodbye\n"
            running.await() shouldBe 1
        }
    }

    // snippet: grace-period-kotlin
    test("a conversation is closed after a minute") {
        network {
            val listener = listener()
            val server = echoServer()
            val running = asyncBlocking("server") { server.run(InMemory.acceptor(listener.core)) }
            val client = listener.connect()
            client.writeLine("hello")
            client.awaitReadable()

            server.stop()
            val stopped = timeSource.markNow()

            running.await()
            stopped.elapsedNow() shouldBe 1.minutes
        }
    }
    // end snippet
})

private val ADDRESS = InetSocketAddress("10.0.0.5", 7)

private fun NetworkScope.echoServer(): Server {
    val echo = Handler { _, input, output -> input.transferTo(output) }
    return Server(echo, core.newExecutor(), 1.minutes.toJavaDuration())
}

private fun NetworkScope.serve(server: Server, listener: Listener): Deferred<Long> =
    asyncBlocking("server") { server.run(InMemory.acceptor(listener)) }
