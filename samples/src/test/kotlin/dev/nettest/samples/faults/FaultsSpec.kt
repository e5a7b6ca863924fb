package dev.nettest.samples.faults

import dev.nettest.Fault
import dev.nettest.dsl.network
import dev.nettest.samples.server.Handler
import dev.nettest.samples.server.InMemory
import dev.nettest.samples.server.Server
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.net.SocketException
import java.time.Duration
import kotlin.jvm.optionals.getOrNull
import kotlin.time.Duration.Companion.milliseconds

/** Rare failures, in every run. */
class FaultsSpec : FunSpec({
    coroutineTestScope = true

    // snippet: back-off-kotlin
    test("a server without free file descriptors backs off twice, then accepts") {
        network {
            val listener = listener {
                fault(accept = Fault.failWith { IOException("Too many open files") }.first(2))
            }
            val acceptor = PatientAcceptor(InMemory.acceptor(listener.core), clock::sleep)
            val start = timeSource.markNow()

            listener.connect()
            blocking("acceptor") { acceptor.accept().close() }

            start.elapsedNow() shouldBe 5.milliseconds + 10.milliseconds
        }
    }
    // end snippet

    // snippet: reset-kotlin
    test("a reset in the second message does not affect the first") {
        network {
            val (sender, receiver) = pair { server { fault(read = Fault.reset().afterBytes(1024)) } }
            blocking("sender") { repeat(2) { Frames.write(sender.core.outputStream(), MESSAGE) } }

            val input = receiver.core.inputStream()
            val received = asyncBlocking("receiver") {
                Frames.read(input).getOrNull() shouldBe MESSAGE
                shouldThrow<SocketException> { Frames.read(input) }
            }

            received.await().message shouldBe "Connection reset"
        }
    }
    // end snippet

    // snippet: slices-kotlin
    test("a message may arrive byte by byte") {
        network {
            val (sender, receiver) = pair { server { fault(read = Fault.slice(1)) } }
            asyncBlocking("sender") { Frames.write(sender.core.outputStream(), MESSAGE) }

            val received = asyncBlocking("receiver") { Frames.read(receiver.core.inputStream()).getOrNull() }

            received.await() shouldBe MESSAGE
        }
    }
    // end snippet

    // snippet: failing-close-kotlin
    test("a failed close does not affect the next client") {
        network {
            val listener = listener()
            val failure = listener.fault(close = Fault.failWith(IOException("Input/output error")))
            val server = Server(Handler { _, _, output -> output.write('!'.code) }, core.newExecutor(), Duration.ZERO)
            asyncBlocking("server") { server.run(InMemory.acceptor(listener.core)) }

            repeat(3) { listener.connect().readUtf8() shouldBe "!" }

            failure.fireCount shouldBe 3
        }
    }
    // end snippet
})

private val MESSAGE = ByteArray(700) { it.toByte() }
