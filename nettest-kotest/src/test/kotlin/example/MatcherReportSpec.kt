package example

import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.network
import dev.nettest.kotest.shouldBeReset
import dev.nettest.kotest.shouldReadLine
import dev.nettest.kotest.shouldStaySilent
import io.kotest.assertions.withClue
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** A failed test prints the report of its network once, although coroutines copy the exceptions that leave a scope. */
class MatcherReportSpec : FunSpec({
    extension(FailedTest())
    extension(KotestNetworkExtension())

    for (virtual in listOf(false, true)) {
        context("with coroutineTestScope = $virtual") {
            test("a line that was there").config(coroutineTestScope = virtual) {
                val (client, server) = network.pair()
                server.writeLine("two")
                client shouldReadLine "one"
            }

            test("a line that the reader waited for").config(coroutineTestScope = virtual) {
                val (client, server) = network.pair()
                launch {
                    delay(1.milliseconds)
                    server.writeLine("two")
                }
                client shouldReadLine "one"
            }

            test("a matcher in scopes").config(coroutineTestScope = virtual) {
                val (client, server) = network.pair()
                server.writeLine("two")
                withContext(CoroutineName("inner")) {
                    coroutineScope { async { client shouldReadLine "one" }.await() }
                }
            }

            test("silence").config(coroutineTestScope = virtual) {
                val (client, server) = network.pair()
                server.writeLine("two")
                client shouldStaySilent 1.milliseconds
            }

            test("a state").config(coroutineTestScope = virtual) {
                network.pair().client.shouldBeReset()
            }

            test("a state in scopes").config(coroutineTestScope = virtual) {
                withContext(CoroutineName("inner")) {
                    coroutineScope { network.pair().client.shouldBeReset() }
                }
            }

            test("a clue").config(coroutineTestScope = virtual) {
                val (client, server) = network.pair()
                server.writeLine("two")
                withClue("the greeting") { client shouldReadLine "one" }
            }

            test("an assertion of the test").config(coroutineTestScope = virtual) {
                coroutineScope { network.pair().client.readTimeout shouldBe 1.milliseconds }
            }
        }
    }
})

/** Makes each test pass that fails with one report. */
private class FailedTest : TestCaseExtension {
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        val result = execute(testCase)
        if (testCase.parent == null) {
            return result
        }
        val printed = result.errorOrNull!!.stackTraceToString()
        val reports = printed.lines().count { it.endsWith("seed: 1") }
        return if (reports == 1) {
            TestResult.Success(Duration.ZERO)
        } else {
            TestResult.Failure(Duration.ZERO, AssertionError("$reports reports in\n$printed"))
        }
    }
}
