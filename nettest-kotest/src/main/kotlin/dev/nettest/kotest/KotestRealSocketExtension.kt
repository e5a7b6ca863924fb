package dev.nettest.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.guard.RealSocketGuard
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult

/**
 * Fails each test that uses real sockets, as far as [RealSocketGuard] sees them.
 *
 * ```
 * class ClientSpec : FunSpec({
 *     extension(KotestNetworkExtension())
 *     extension(KotestRealSocketExtension("127.0.0.1:5432"))
 *     ...
 * })
 * ```
 *
 * A test that has failed already keeps its failure, which gets the report as a suppressed exception. Tests that run at
 * the same time see each other's sockets.
 *
 * @param allowed what is not reported, see [RealSocketGuard.start]
 * @sample dev.nettest.kotest.samples.forbidRealSockets
 */
@ExperimentalNettestApi
public class KotestRealSocketExtension(private vararg val allowed: String) : TestCaseExtension {
    /**
     * Called by Kotest for each test.
     *
     * @sample dev.nettest.kotest.samples.forbidRealSockets
     */
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        if (testCase.type != TestType.Test) {
            return execute(testCase)
        }
        val guard = RealSocketGuard.start(*allowed)
        val result = try {
            execute(testCase)
        } catch (e: Throwable) {
            guard.end()
            throw e
        }
        val report = guard.end().map { AssertionError(it) }.orElse(null) ?: return result
        val failure = result.errorOrNull ?: return TestResult.Failure(result.duration, report)
        return result.apply { failure.addSuppressed(report) }
    }
}
