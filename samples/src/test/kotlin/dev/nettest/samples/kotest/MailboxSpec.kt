package dev.nettest.samples.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitCancellation
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.seconds

// snippet: kotest-first
/** The code under test: a POP3 client. */
suspend fun SuspendingConnection.countMessages(): Int {
    readLine() // the greeting
    writeLine("STAT")
    return readLine().orEmpty().split(" ")[1].toInt()
}

@OptIn(ExperimentalNettestApi::class)
class MailboxSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())

    test("counts the messages") {
        network.listener("10.0.0.5:110").serve { c ->
            c.writeLine("+OK ready")
            c.readLine() shouldBe "STAT"
            c.writeLine("+OK 2 320")
        }

        network.connect("10.0.0.5:110").countMessages() shouldBe 2
    }

    test("gives up after thirty seconds") {
        network.listener("10.0.0.5:110").serve { awaitCancellation() }

        val server = network.connect("10.0.0.5:110") { readTimeout = 30.seconds }

        shouldThrow<SocketTimeoutException> { server.countMessages() }
        network.elapsed shouldBe 30.seconds // no real time
    }
})
// end snippet
