package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.NetworkConfig
import dev.nettest.Personality
import dev.nettest.SystemError
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.InetSocketAddress
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class NetworkScopeSpec : FunSpec({
    test("returns what the block returns") { network { 42 } shouldBe 42 }

    test("awaits coroutines launched in it") {
        var done = false
        network {
            launch {
                repeat(10) { yield() }
                launch { done = true }
            }
        }
        done shouldBe true
    }

    test("cancels and joins background work, and closes every socket") {
        var cleaned = false
        lateinit var client: SuspendingConnection
        lateinit var listener: SuspendingListener
        network {
            listener = listener()
            client = listener.connect()
            background {
                try {
                    awaitCancellation()
                } finally {
                    cleaned = true
                }
            }
            yield()
        }
        cleaned shouldBe true
        client.isClosed shouldBe true
        listener.isClosed shouldBe true
    }

    test("throws the same failure instance as its block") {
        val failure = IllegalStateException("mine")
        shouldThrow<IllegalStateException> { network { throw failure } } shouldBeSameInstanceAs failure
    }

    test("further failures do not mask the failure of its block") {
        val failure = IllegalStateException("mine")
        val thrown = shouldThrow<IllegalStateException> {
            network {
                val listener = listener { fault(read = Fault.reset()) }
                listener.connect()
                listener.accept() // leaks
                throw failure
            }
        }
        thrown shouldBeSameInstanceAs failure
        thrown.suppressed.single().message!! shouldStartWith "the network of this test had seed 1 and the "
    }

    test("a failure in the background fails the test and cancels the block") {
        var cancelled = false
        val thrown = shouldThrow<IllegalStateException> {
            network {
                background { error("background failure") }
                try {
                    awaitCancellation()
                } finally {
                    cancelled = true
                }
            }
        }
        thrown.message shouldBe "background failure"
        cancelled shouldBe true
    }

    test("a failure of a launched coroutine frees a block that waits in the network") {
        shouldThrow<IllegalStateException> {
            network {
                val server = pair().server
                launch { error("foreground failure") }
                server.readLine()
            }
        }.message shouldBe "foreground failure"
    }

    test("exceptions of background work caused by the shutdown are ignored") {
        network {
            val listener = listener()
            background { launch { listener.core.awaitingFailure() } }
            yield()
        }
    }

    test("without checks, leaks and unfired faults pass") {
        network(NetworkConfig.defaults()) {
            val listener = listener { fault(read = Fault.reset()) }
            listener.connect()
            listener.accept()
        }
    }

    test("an unfired fault is reported") {
        val report = shouldThrow<AssertionError> {
            network { listener("10.0.0.1:80") { fault(accept = Fault.failWith(IOException("full")).nth(3)) } }
        }
        report.message!! shouldStartWith "declared and never fired (optional() allows that):\n"
        report.message!! shouldContain "failWith(java.io.IOException: full).nth(3)"
        report.message!! shouldContain "clock: system clock"
    }

    test("a handler's IOException ends its connection and is attached to the test's failure") {
        val thrown = shouldThrow<IllegalStateException> {
            network {
                val listener = listener()
                listener.serve { throw IOException("handler gave up") }
                val client = listener.connect()
                client.awaitEndOfStream()
                listener.connect().readLine() shouldBe null
                error("mine")
            }
        }
        thrown.suppressed.map { it.message } shouldContain "handler gave up"
    }

    test("any other exception of a handler fails the test") {
        shouldThrow<AssertionError> {
            network {
                val listener = listener()
                listener.serve { throw AssertionError("wrong request") }
                listener.connect().readLine()
            }
        }.message shouldBe "wrong request"
    }

    test("a server survives errors of accept") {
        network {
            val listener = listener()
            val faults = listener.fault(accept = Fault.failWith { IOException("Too many open files") }.first(3))
            listener.serve { it.writeLine("hello") }
            listener.connect().readLine() shouldBe "hello"
            faults.fireCount shouldBe 3
        }
    }

    test("a server ends when its listener closes or its job is cancelled") {
        network {
            val listener = listener()
            val server = listener.serve { }
            yield()
            listener.close()
            server.join()
            server.isCancelled shouldBe false

            val other = listener()
            val cancelled = other.serve { }
            yield()
            cancelled.cancelAndJoin()
            other.isClosed shouldBe false
        }
    }

    test("a connection whose handler was cancelled before its start is closed") {
        network {
            val listener = listener()
            val server = listener.serve { awaitCancellation() }
            val clients = List(20) { listener.connect() }
            yield()
            server.cancelAndJoin()
            clients.take(1).forEach { it.awaitPeerClosed() }
        }
    }

    test("the end of the network frees a blocking accept") {
        lateinit var accepted: Deferred<*>
        network {
            val listener = listener()
            accepted = asyncBlocking("acceptor") { listener.core.accept() }
        }
        accepted.isCompleted shouldBe true
    }

    test("a blocking wait outside the network is interrupted at the end") {
        network { asyncBlocking("stuck") { CountDownLatch(1).await() } }
    }

    test("blocking code runs on a named thread and returns a result") {
        network { blocking("legacy") { Thread.currentThread().name } shouldBe "legacy" }
    }

    test("cancelling blocking code interrupts it and waits for it") {
        network {
            val started = CompletableDeferred<Unit>()
            var interrupted = false
            val call = asyncBlocking("stuck") {
                started.complete(Unit)
                try {
                    CountDownLatch(1).await()
                } catch (e: InterruptedException) {
                    interrupted = true
                    throw e
                }
            }
            started.await()
            call.cancelAndJoin()
            interrupted shouldBe true
        }
    }

    test("an exception of blocking code fails the test") {
        shouldThrow<IllegalStateException> {
            network {
                asyncBlocking("legacy") { error("from a thread") }
                awaitCancellation()
            }
        }.message shouldBe "from a thread"
    }

    test("the settings of a connect apply before the server sees the connection") {
        network {
            val listener = listener("10.0.0.5:80")
            val client = connect("10.0.0.5:80") {
                from("192.168.1.100:12345")
                receiveBufferSize = 1
                readTimeout = 30.seconds
                connectTimeout = 5.seconds
            }
            listener.accept().use { it.remoteAddress shouldBe InetSocketAddress("192.168.1.100", 12345) }
            client.receiveBufferSize shouldBe 1
            client.readTimeout shouldBe 30.seconds
        }
    }

    test("a connect waits while the accept queue is full, up to its timeout") {
        network {
            val listener = listener(5432) { backlog = 1 }
            repeat(2) { listener.connect() }
            shouldThrow<SocketTimeoutException> { listener.connect { connectTimeout = 5.milliseconds } }
                .message shouldBe "Connect timed out"
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) { listener.connect() }
            listener.accept().close()
            waiting.join()
        }
    }

    test("an accept waits up to its timeout") {
        network {
            val listener = listener()
            shouldThrow<SocketTimeoutException> { listener.accept(5.milliseconds) }.message shouldBe "Accept timed out"
            shouldThrow<IllegalArgumentException> { listener.accept((-1).seconds) }.message shouldBe
                "timeout is not positive: -1s; Duration.INFINITE is no timeout"
            listener.tryAccept() shouldBe null
            listener.awaitAcceptableAfter { listener.connect() }
            listener.accept(1.seconds).close()
        }
    }

    test("settings that throw leave no listener behind") {
        network {
            shouldThrow<IllegalArgumentException> { listener("10.0.0.1:80") { backlog = 0 } }.message shouldBe
                "backlog must be at least 1: 0"
            listener("10.0.0.1:80").close()
            shouldThrow<ConnectException> { connect("10.0.0.1:80") }.message shouldBe "Connection refused"
        }
    }

    Personality.entries.forEach { personality ->
        test("messages follow the personality $personality") {
            network(networkConfig { this.personality = personality }) {
                shouldThrow<ConnectException> { connect("10.0.0.1:80") }.message shouldBe
                    SystemError.CONNECTION_REFUSED_POLLED.text(personality)
                val (client, server) = pair()
                server.reset()
                shouldThrow<IOException> { client.writeUtf8("x") }.message shouldBe
                    SystemError.CONNECTION_RESET_BY_PEER.text(personality)
                shouldThrow<IOException> { client.writeUtf8("x") }.message shouldBe
                    SystemError.BROKEN_PIPE.text(personality)
            }
        }
    }

    test("settings of a connect that throw fail the connect") {
        network {
            val listener = listener()
            shouldThrow<IllegalStateException> { listener.connect { error("no") } }.message shouldBe "no"
            listener.isAcceptable shouldBe false
        }
    }

    test("bad addresses are refused") {
        network {
            shouldThrow<IllegalArgumentException> { listener("nonsense") }
            shouldThrow<UnknownHostException> { connect("db:5432") }.message shouldBe "db"
            listener("10.0.0.1:80")
            shouldThrow<BindException> { listener("10.0.0.1:80") }.message shouldBe "Address already in use"
        }
    }

    test("a fault on the wrong operation is refused") {
        network {
            val (client, _) = pair()
            shouldThrow<IllegalArgumentException> { client.fault(accept = Fault.reset()) }.message!! shouldContain
                "a connection accepts nothing; install it on its listener"
            client.writeUtf8("x")
            client.peer.fault(read = Fault.slice(1)).use { faults ->
                client.peer.readUtf8(1) shouldBe "x"
                faults.fireCount shouldBe 1
            }
        }
    }

    test("awaitListening waits for a listener") {
        network {
            val waiting =
                launch(start = CoroutineStart.UNDISPATCHED) { awaitListening("localhost:80").port shouldBe 80 }
            listener(80)
            waiting.join()
            shouldThrow<AssertionError> { awaitListening("localhost:81", 1.milliseconds) }.message!! shouldStartWith
                "after 1 ms still waiting for a listener on 127.0.0.1:81\n"
        }
    }

    test("awaitListening fails at once if the server ends before it listens") {
        network {
            val done = Job().apply { complete() }
            shouldThrow<AssertionError> { awaitListening("localhost:81", done) }.message!! shouldStartWith
                "the server ended before it listened on localhost:81\n"
            val address = InetSocketAddress("fd00::5", 81)
            shouldThrow<AssertionError> { awaitListening(address, done) }.message!! shouldStartWith
                "the server ended before it listened on [fd00::5]:81\n"
            val broken = CompletableDeferred<Unit>().apply { completeExceptionally(IOException("no disk")) }
            shouldThrow<IOException> { awaitListening("localhost:81", broken) }.message shouldBe "no disk"
            val cancelled = Job().apply { cancel() }
            shouldThrow<AssertionError> { awaitListening("localhost:81", cancelled) }.message!! shouldStartWith
                "the server was cancelled before it listened on localhost:81\n"
        }
    }

    test("the seed is passed to the network") { network(seed = 42) { seed shouldBe 42 } }

    test("a handle opens, fails and closes like the scope") {
        val network = openNetwork()
        network.listener().serve { }
        network.close()
        network.close()
        network.core.isClosed shouldBe true

        val failing = openNetwork()
        failing.background { error("background failure") }
        yield()
        shouldThrow<IllegalStateException> { failing.close() }.message shouldBe "background failure"

        val leaking = openNetwork()
        val listener = leaking.listener()
        listener.connect()
        listener.accept()
        shouldThrow<AssertionError> { leaking.close() }.message!! shouldStartWith "never closed:\n"

        val failed = IllegalStateException("mine")
        val other = openNetwork()
        other.background { throw IOException("background failure") }
        yield()
        other.close(failed)
        val background = failed.suppressed.single()
        background.message shouldBe "background failure"
        background.suppressed.single().message!! shouldStartWith "the network of this test had seed 1 and the "
    }

    test("the close of a handle awaits launched coroutines") {
        var done = false
        val network = openNetwork()
        network.launch {
            repeat(5) { yield() }
            done = true
        }
        network.close()
        done shouldBe true
    }
})

/** Suspends until it is cancelled, then fails like code that was using the listener. */
private suspend fun dev.nettest.Listener.awaitingFailure() {
    try {
        awaitCancellation()
    } finally {
        if (!isClosed) throw IOException("the listener went away")
    }
}

private suspend fun SuspendingListener.awaitAcceptableAfter(block: suspend () -> Unit) {
    block()
    awaitAcceptable()
    isAcceptable shouldBe true
}
