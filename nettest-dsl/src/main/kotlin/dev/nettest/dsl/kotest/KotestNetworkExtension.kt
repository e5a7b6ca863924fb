package dev.nettest.dsl.kotest

import dev.nettest.NetworkConfig
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.checkedConfig
import dev.nettest.dsl.network
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/**
 * Gives each test a network of its own, which ends with the test like [network]. Containers get none.
 *
 * ```
 * class StoreSpec : FunSpec({
 *     val network = extension(KotestNetworkExtension())
 *
 *     test("echoes") {
 *         val listener = network().listener()
 *         ...
 *     }
 * })
 * ```
 *
 * With `coroutineTestScope = true` the network runs on the test's virtual time. Tests may run concurrently.
 *
 * @param seed the seed of every random choice, instead of the one in [config]
 */
public class KotestNetworkExtension(
    private val seed: Long? = null,
    private val config: NetworkConfig = checkedConfig(),
) : TestCaseExtension {
    /**
     * The network of the calling test. Does not wait.
     *
     * @throws IllegalStateException outside a test, or in a spec that has not registered this extension
     */
    public suspend operator fun invoke(): NetworkScope =
        checkNotNull(currentCoroutineContext()[Key]?.takeIf { it.owner === this }) {
            "no network here: it exists inside a test of a spec that registered the extension"
        }.scope

    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        if (testCase.type != TestType.Test) {
            return execute(testCase)
        }
        val test = testCase.test
        // Wraps the body, not the call of execute: only the body has the test's own context, scheduler and time limit.
        return execute(
            testCase.withTest {
                val testScope = this
                network(seed, config) {
                    withContext(Element(this@KotestNetworkExtension, this)) { test(testScope) }
                }
            },
        )
    }

    /**
     * A copy of this test case with another body. Uses reflection, because the signature of [TestCase.copy] differs
     * between versions of Kotest: a compiled call works only with some of them.
     */
    private fun TestCase.withTest(body: suspend TestScope.() -> Unit): TestCase {
        val copy = TestCase::class.java.methods.single { it.name == "copy" }
        val arguments = Array(copy.parameterCount) { index ->
            val component = TestCase::class.java.getMethod("component${index + 1}").invoke(this)
            if (component === test) body else component
        }
        return copy.invoke(this, *arguments) as TestCase
    }

    private class Element(val owner: KotestNetworkExtension, val scope: NetworkScope) : AbstractCoroutineContextElement(
        Key,
    )

    private companion object Key : CoroutineContext.Key<Element>
}
