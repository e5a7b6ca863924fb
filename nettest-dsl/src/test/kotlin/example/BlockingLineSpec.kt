package example

import dev.nettest.Network
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.internal.BlockingCall
import dev.nettest.dsl.internal.CancelledCallCheck
import dev.nettest.dsl.internal.TestTeardown
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlin.time.Duration

/** In a user's package, because reports name the nearest line outside the library. */
class BlockingLineSpec : FunSpec({
    test("a cancelled read of a java.net socket fails the test, with its lines and the remedy") {
        val here = line()
        val failure = shouldThrow<AssertionError> {
            network(networkConfig { checksLeaks = false }) {
                listener("10.0.0.5:7").serve { awaitCancellation() }
                cancelWhenItWaits {
                    blocking("legacy") {
                        socketFactory.createSocket("10.0.0.5", 7).getInputStream().read()
                    }
                }
            }
        }
        failure.message!!.withoutNames() shouldBe
            "blocking(\"legacy\"), called at BlockingLineSpec.kt:${here + 5}, was cancelled and still " +
            "waits in read of 127.0.0.1:49152 -> 10.0.0.5:7, at BlockingLineSpec.kt:${here + 6}: " +
            "an interrupt ends no wait of a java.net socket; set its soTimeout, or close the socket when the " +
            "coroutine is cancelled"
    }

    test("on a test scheduler it is reported with the hang, at once") {
        val failure = shouldThrow<AssertionError> {
            runTest {
                network {
                    listener("10.0.0.5:7").serve { awaitCancellation() }
                    cancelWhenItWaits {
                        blocking("legacy") { socketFactory.createSocket("10.0.0.5", 7).getInputStream().read() }
                    }
                }
            }
        }
        val (cause, hang) = failure.message!!.lines()
        cause.withoutNames() shouldMatch
            Regex("blocking\\(\"legacy\"\\), called at .* was cancelled and still waits .*")
        hang shouldBe "nothing more can happen, and these still wait:"
    }

    test("blocking code that ignores its interrupt is reported at the end, with its lines") {
        val core = Network.create()
        val teardown = TestTeardown(core, Job(), Duration.INFINITE, threadsLimitNanos = 1)
        val busy = CompletableDeferred<Unit>()
        var stops = false
        val here = line()
        val call = BlockingCall("busy") {
            while (!stops) busy.complete(Unit) // one line, which is the reported one
        }
        call.start(this, core, teardown)
        busy.await()
        teardown.begin(failed = false)
        shouldThrow<AssertionError> { teardown.check() }.message!!.lines().first().withoutNames() shouldBe
            "blocking(\"busy\"), called at BlockingLineSpec.kt:${here + 4}, is still running ten seconds " +
            "after the end of its scope, at BlockingLineSpec.kt:${here + 2}"
        stops = true
    }

    test("a coroutine does not wait for ever for cancelled blocking code") {
        val busy = CompletableDeferred<Unit>()
        var stops = false
        val here = line()
        val failure = shouldThrow<AssertionError> {
            network {
                val call = BlockingCall("busy") {
                    while (!stops) busy.complete(Unit) // one line, which is the reported one
                }
                val waiting = launch { call.run(core, teardown) }
                busy.await()
                waiting.cancel()
                withContext(Dispatchers.Default) { CancelledCallCheck(call, core, teardown, limitNanos = 0).check() }
                waiting.join()
            }
        }
        stops = true
        failure.message!!.withoutNames() shouldBe
            "blocking(\"busy\"), called at BlockingLineSpec.kt:${here + 6}, is still running ten seconds " +
            "after its cancellation, at BlockingLineSpec.kt:${here + 4}"
    }
})

private suspend fun NetworkScope.cancelWhenItWaits(call: suspend () -> Unit) {
    val waiting = launch(start = CoroutineStart.UNDISPATCHED) { call() }
    awaitIdle()
    waiting.cancelAndJoin()
}

/** Without the names of classes and methods, which the compiler makes. */
private fun String.withoutNames() = replace(Regex("example\\.[\\w$.]*\\("), "example.(")

private fun line(): Int = Throwable().stackTrace.first { '$' in it.className }.lineNumber
