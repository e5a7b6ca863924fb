package example

import dev.nettest.NetworkClock
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import dev.nettest.dsl.openNetwork
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.PrintStream
import java.net.SocketTimeoutException
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** In a user's package, because reports name the nearest line outside the library. */
class FailureReportSpec : FunSpec({
    context("the report is attached once, while the network is open,") {
        test("to a plain assertion") {
            reportOf { shouldThrow<AssertionError> { network { throw AssertionError("mine") } } }
        }

        test("to an exception of the network") {
            reportOf { shouldThrow<IOException> { network { connect("10.0.0.5:80") } } }
        }

        test("to a timeout of the test") {
            reportOf {
                shouldThrow<TimeoutCancellationException> {
                    network { withTimeout(1.milliseconds) { pair().client.readLine() } }
                }
            }
        }

        test("to the failure of a launched coroutine") {
            val failure = AssertionError("launched")
            reportOf {
                shouldThrow<AssertionError> {
                    network {
                        launch { throw failure }
                        awaitCancellation()
                    }
                }
            } shouldBeSameInstanceAs failure
        }

        test("to the very exception of a launched coroutine, also if coroutines could copy it") {
            val failure = IOException("launched")
            reportOf {
                shouldThrow<IOException> {
                    network {
                        launch { throw failure }
                        awaitCancellation()
                    }
                }
            } shouldBeSameInstanceAs failure
        }

        test("to the failure of a background coroutine") {
            reportOf {
                shouldThrow<IllegalStateException> {
                    network {
                        background { error("background") }
                        awaitCancellation()
                    }
                }
            }
        }

        test("to a hang") {
            reportOf { shouldThrow<AssertionError> { runTest { network { pair().client.readLine() } } } }
        }

        test("to the failure of a test with an opened network") {
            val failure = AssertionError("mine")
            openNetwork().close(failure)
            reportOf { failure }
        }
    }

    for (virtual in listOf(false, true)) {
        val name = "a timeout of Kotest prints the report, with a test scheduler: $virtual"
        extension(StoppedTest(name))

        test(name).config(timeout = 50.milliseconds, coroutineTestScope = virtual) {
            network(hangLimit = Duration.INFINITE) { pair().client.readLine() }
        }
    }

    test("a timeout of runTest has the report") {
        val failure = shouldThrow<AssertionError> {
            runTest(timeout = 50.milliseconds) {
                network(hangLimit = Duration.INFINITE) { pair().client.readLine() }
            }
        }
        val stop = failure.suppressed.single { it is AssertionError }
        stop.message shouldBe "the test was stopped before its end: The test timed out"
        stop.reports() shouldHaveSize 1
    }

    test("a timeout around a network is that of the test") {
        shouldThrow<TimeoutCancellationException> {
            withTimeout(1.milliseconds) { network { pair().client.readLine() } }
        }
        withTimeoutOrNull(1.milliseconds) { network { pair().client.readLine() } } shouldBe null
        val job = launch { network { pair().client.readLine() } }
        yield()
        job.cancel()
        job.join()
        job.isCancelled shouldBe true
    }

    test("the exception that a Deferred of the background kept is attached to a later failure") {
        val kept = NullPointerException("in the loop")
        val failure = shouldThrow<AssertionError> {
            network {
                backgroundScope.async { throw kept }
                delay(1.milliseconds)
                throw AssertionError("mine")
            }
        }
        failure.suppressed.filter { it === kept } shouldHaveSize 1
    }

    test("the exception that a Deferred kept is no failure by itself") {
        val kept = NullPointerException("expected")
        network {
            val result = backgroundScope.async { throw kept }
            shouldThrow<NullPointerException> { result.await() }
        }
    }

    context("a timeout that took seconds of real time") {
        test("has a hint") {
            val clock = StillClock()
            val failure = shouldThrow<SocketTimeoutException> {
                network(networkConfig { this.clock = clock }) {
                    clock.nanos += 5.seconds.inWholeNanoseconds
                    throw SocketTimeoutException("Read timed out")
                }
            }
            failure.suppressed.map { it.message } shouldHaveSize 2
            failure.suppressed.last().message shouldBe
                "the network ran on real time for 5 s; on the virtual time of runTest, " +
                "or of Kotest with coroutineTestScope = true, its timeouts take no time"
        }

        test("has no hint if it was short, or if the failure is another one") {
            shouldThrow<SocketTimeoutException> { network { throw SocketTimeoutException() } }.hints().shouldBeEmpty()
            val clock = StillClock()
            shouldThrow<IllegalStateException> {
                network(networkConfig { this.clock = clock }) {
                    clock.nanos += 5.seconds.inWholeNanoseconds
                    error("mine")
                }
            }.hints().shouldBeEmpty()
        }
    }
})

/** A clock of real time that the test moves. */
private class StillClock(var nanos: Long = 0) : NetworkClock {
    override fun nanoTime() = nanos

    override fun now(): Instant = Instant.EPOCH.plusNanos(nanos)

    override fun schedule(instant: Long, action: Runnable) = NetworkClock.Timer { }

    override fun isVirtual() = false
}

private suspend fun reportOf(block: suspend () -> Throwable): Throwable = block().also { it.reports() shouldHaveSize 1 }

/** The failure itself if its message has the report, and the notes that have it. */
private fun Throwable.reports() = (suppressed + this).filter {
    "had seed 1" in "${it.message}" ||
        "seed: 1" in "${it.message}"
}

private fun Throwable.hints() = suppressed.filter { "real time" in it.message.orEmpty() }

/** Makes the test called [name] pass if Kotest stops it, and the report is printed. */
private class StoppedTest(private val name: String) : TestCaseExtension {
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        if (testCase.name.name != name) {
            return execute(testCase)
        }
        val printed = ByteArrayOutputStream()
        val real = System.err
        System.setErr(PrintStream(printed, true))
        val result = try {
            execute(testCase)
        } finally {
            System.setErr(real)
        }
        result.errorOrNull!!.message!! shouldContain "50ms"
        printed.toString() shouldStartWith "java.lang.AssertionError: the test was stopped before its end: "
        printed.toString() shouldContain "Suppressed: dev.nettest.internal.net."
        return TestResult.Success(Duration.ZERO)
    }
}
