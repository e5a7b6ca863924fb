package example

import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.internal.EndCheck
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import java.io.IOException

/** In a user's package, because reports name the nearest line outside the library. */
class IgnoredCancellationSpec : FunSpec({
    test("a loop that catches exceptions ends with its network, and fails the test") {
        val here = line()
        val failure = shouldThrow<AssertionError> {
            runTest {
                network {
                    val client = pair().client
                    backgroundScope.launch(CoroutineName("poller")) {
                        while (true) {
                            try {
                                client.readLine()
                            } catch (_: Exception) {
                                // tries again
                            }
                        }
                    }
                    yield()
                }
            }
        }
        failure.message!!.lines().first() shouldBe
            "coroutine \"poller\" ignores its cancellation: readLine failed 1000 times since then, " +
            "at IgnoredCancellationSpec.kt:${here + 8}; " +
            "a loop that catches exceptions must rethrow CancellationException"
    }

    test("a loop that catches everything ends too") {
        failureOf {
            background {
                while (true) {
                    try {
                        connect("10.0.0.5:80")
                    } catch (_: Throwable) {
                        // tries again
                    }
                    yieldUnlessCancelled()
                }
            }
        } shouldBe "coroutine ignores its cancellation: its calls failed 1000 times since then"
    }

    test("a loop that catches everything in an inner scope ends too") {
        failureOf {
            val client = pair().client
            background {
                coroutineScope {
                    while (true) {
                        runCatching { client.read(ByteArray(1)) }
                    }
                }
            }
        } shouldBe "coroutine ignores its cancellation: its calls failed 1000 times since then"
    }

    test("a loop on a thread of its own ends too") {
        failureOf {
            val listener = listener()
            val started = Job()
            backgroundScope.launch(Dispatchers.Default) {
                started.complete()
                while (true) runCatching { listener.accept() }
            }
            started.join()
        } shouldBe "coroutine ignores its cancellation: accept failed 1000 times since then"
    }

    test("a loop that retries after I/O failures alone ends with its network, and is no failure") {
        runTest {
            network {
                background {
                    while (true) {
                        try {
                            connect("10.0.0.5:80") // refused, then the network is down
                        } catch (_: IOException) {
                            yieldUnlessCancelled()
                        }
                    }
                }
                yield()
            }
        }
    }

    test("a loop that does not call the network is named") {
        val background = SupervisorJob()
        val started = CompletableDeferred<Unit>()
        var stops = false
        CoroutineScope(background + Dispatchers.Default + CoroutineName("poller")).launch {
            started.complete(Unit)
            while (!stops) Thread.onSpinWait()
        }
        started.await()
        val here = line()
        val report = EndCheck(background, limitNanos = 0).report()!!
        stops = true

        report.replace(Regex("(\"poller#\\d+\":)?StandaloneCoroutine\\{.*?}@\\w+"), "COROUTINE") shouldBe
            "nettest: the test has ended, and its background still runs ten seconds later: COROUTINE; " +
            "the thread \"${Thread.currentThread().name}\" is at IgnoredCancellationSpec.kt:${here + 1}; " +
            "a loop that catches exceptions must rethrow CancellationException"
        EndCheck(background).report() shouldBe null // the limit has not passed
        background.cancel()
    }

    test("the cancellation that such a loop gets has the failure of the operation as its cause") {
        var cancellation: Throwable? = null
        runTest {
            network {
                val (client, server) = pair()
                background {
                    try {
                        client.readLine()
                    } finally {
                        client.close()
                        cancellation = runCatching { client.writeLine("bye") }.exceptionOrNull()
                    }
                }
                yield()
                server.close()
            }
        }
        (cancellation is CancellationException) shouldBe true
        cancellation!!.message shouldBe "cancelled, and an operation failed"
        (cancellation!!.cause is IOException) shouldBe true
    }
})

/** The start of the failure of a test with this background, on virtual time. */
private fun failureOf(block: suspend NetworkScope.() -> Unit): String = shouldThrow<AssertionError> {
    runTest {
        network {
            block()
            yield()
        }
    }
}.message!!.substringBefore(", at IgnoredCancellationSpec")

/** Lets others run, and ignores the cancellation as the loops of this spec do. */
private suspend fun yieldUnlessCancelled() {
    runCatching { yield() }
}

private fun line(): Int = Throwable().stackTrace.first { '$' in it.className }.lineNumber
