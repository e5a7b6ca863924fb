package example

import dev.nettest.VirtualClock
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import dev.nettest.dsl.openNetwork
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import java.io.IOException
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

/** In a user's package, because reports name the nearest line outside the library. */
class HangSpec : FunSpec({
    test("a coroutine that waits for ever fails its test, and the report names what waits") {
        val here = line()
        val report = hang {
            val listener = listener("10.0.0.5:7")
            listener.serve {
                it.readLine()
                awaitCancellation()
            }
            withContext(CoroutineName("client")) {
                listener.connect().readLine()
            }
        }
        report.message!!.lines().take(4).joinToString("\n") shouldBe
            """
            |nothing more can happen, and these still wait:
            |  coroutine "serve"  in accept of 10.0.0.5:7
            |  coroutine "client" in readLine of 127.0.0.1:49152 -> 10.0.0.5:7, at HangSpec.kt:${here + 8}
            |  coroutine "serve"  in readLine of 10.0.0.5:7 -> 127.0.0.1:49152, at HangSpec.kt:${here + 4}
            """.trimMargin()
    }

    test("a hang in Kotest's test scope fails at once too").config(coroutineTestScope = true) {
        val here = line()
        val report = shouldThrow<AssertionError> {
            network {
                val (client, server) = pair()
                launch(CoroutineName("server")) { server.readLine() }
                client.readLine()
            }
        }
        report.message!!.lines().take(3).joinToString("\n") shouldBe
            """
            |nothing more can happen, and these still wait:
            |  coroutine          in readLine of 127.0.0.1:49153 -> 127.0.0.1:49152, at HangSpec.kt:${here + 5}
            |  coroutine "server" in readLine of 127.0.0.1:49152 -> 127.0.0.1:49153, at HangSpec.kt:${here + 4}
            """.trimMargin()
        report.message!! shouldContain "clock: coroutine test scheduler at 1d"
        report.suppressed.none { "had seed" in it.message.orEmpty() } shouldBe true // the message is the report
    }

    test("a blocking read that waits for ever fails its test") {
        val report = hang {
            listener("10.0.0.5:7").serve { awaitCancellation() }
            blocking("legacy") { socketFactory.createSocket("10.0.0.5", 7).use { it.getInputStream().read() } }
        }
        report.message!! shouldStartWith "nothing more can happen, and these still wait:\n"
        report.message!! shouldContain "thread \"legacy\"   in read of 127.0.0.1:49152 -> 10.0.0.5:7, at HangSpec.kt:"
    }

    test("traffic of others does not hide a hang") {
        val report = hang {
            val (client, server) = pair()
            background {
                while (true) {
                    delay(10.minutes)
                    client.writeLine("still here")
                }
            }
            background { server.lines().collect { } }
            client.readLine()
        }
        report.message!! shouldContain "in readLine of "
    }

    test("a wait of hours passes, if something ends it") {
        runTest {
            network {
                val (client, server) = pair()
                launch {
                    delay(23.hours)
                    client.writeLine("late")
                }
                server.readLine() shouldBe "late"
                elapsed shouldBe 23.hours
            }
        }
    }

    test("a busy thread passes: time stands while it runs") {
        runTest {
            network {
                val (client, server) = pair()
                val checked = CountDownLatch(1)
                launch { blocking("busy") { spinUntil(checked) } }
                asyncBlocking("watcher") {
                    awaitChecks()
                    checked.countDown()
                    client.core.outputStream().write('\n'.code)
                }
                server.readLine() shouldBe ""
                elapsed shouldBe Duration.ZERO
            }
        }
    }

    test("a coroutine on a dispatcher of real threads passes: its answer may come at any time") {
        runTest {
            network {
                val (client, server) = pair()
                launch(Dispatchers.IO) {
                    awaitChecks()
                    client.writeLine("from elsewhere")
                }
                server.readLine() shouldBe "from elsewhere"
                elapsed shouldBe Duration.ZERO
            }
        }
    }

    test("background work may wait for ever") {
        runTest {
            network {
                listener().serve { }
                background { pair().server.readLine() }
                delay(100.hours)
            }
        }
    }

    test("without a limit nothing is watched") {
        runTest {
            network(hangLimit = Duration.INFINITE) {
                val (client, server) = pair()
                background {
                    withContext(Dispatchers.IO) {
                        awaitChecks()
                        client.writeLine("real")
                    }
                }
                server.readLine() shouldBe "real"
            }
        }
    }

    test("the limit is one of virtual time") {
        val report = shouldThrow<AssertionError> {
            runTest {
                network(hangLimit = 2.hours) {
                    pair().server.readLine()
                }
            }
        }
        report.message!! shouldContain "clock: coroutine test scheduler at 2h"
    }

    test("on the system clock a short limit works as well") {
        shouldThrow<AssertionError> { network(hangLimit = 20.milliseconds) { pair().server.readLine() } }
            .message!! shouldStartWith "nothing happened for 20ms, and these still wait:\n  coroutine "
    }

    test("on a clock that the test moves there is no limit") {
        val manual = VirtualClock.manual()
        network(networkConfig { clock = manual }, hangLimit = 1.hours) {
            val (client, server) = pair()
            val reader = launch { server.readLine() }
            manual.advanceTimeBy(java.time.Duration.ofDays(2))
            client.writeLine("after two days")
            reader.join()
        }
    }

    test("a network that is opened by hand reports its hang at its close") {
        runTest {
            val network = openNetwork()
            val closed = shouldThrow<IOException> { network.pair().server.readLine() }
            shouldThrow<AssertionError> { network.close() }.message!! shouldStartWith "nothing more can happen"
            closed.message shouldBe null
        }
    }

    test("a limit of zero is refused") {
        shouldThrow<IllegalArgumentException> { network(hangLimit = Duration.ZERO) { } }.message shouldBe
            "hangLimit is not positive: 0s; Duration.INFINITE is no limit"
    }
})

private fun line(): Int = Throwable().stackTrace.first { '$' in it.className }.lineNumber

private fun hang(block: suspend NetworkScope.() -> Unit): AssertionError =
    shouldThrow<AssertionError> { runTest { network(block = block) } }

/** Runs a few periods of the watchdog, so that a wrong one would have failed the test by then. */
private fun awaitChecks() {
    val end = System.nanoTime() + 300_000_000
    while (System.nanoTime() < end) Thread.onSpinWait()
}

private fun spinUntil(latch: CountDownLatch) {
    while (latch.count > 0) Thread.onSpinWait()
}
