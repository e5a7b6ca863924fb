package dev.nettest.kotest

import dev.nettest.NetworkConfig
import dev.nettest.dsl.DEFAULT_HANG_LIMIT
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration

/**
 * Gives each test a network of its own, which ends with the test like [dev.nettest.dsl.network]. Containers get none.
 *
 * ```
 * class StoreSpec : FunSpec({
 *     extension(KotestNetworkExtension())
 *
 *     test("echo") {
 *         val listener = network.listener()
 *         ...
 *     }
 * })
 * ```
 *
 * The scope of the test is that of its network: `launch` and `async` start foreground work, which is awaited at the
 * end. With `coroutineTestScope = true` the network runs on the test's virtual time. Tests may run concurrently. Each
 * invocation of a test gets another network.
 *
 * @param config the settings of each network
 * @param hangLimit how long an operation without a timeout may wait, see [dev.nettest.dsl.network]
 * @sample dev.nettest.kotest.samples.networkForEachTest
 */
@ExperimentalNettestApi
public class KotestNetworkExtension(
    private val config: NetworkConfig = networkConfig(),
    private val hangLimit: Duration = DEFAULT_HANG_LIMIT,
) : TestCaseExtension {
    /**
     * Networks with the default settings and this [seed] of every random choice.
     *
     * @sample dev.nettest.kotest.samples.networkWithSeed
     */
    public constructor(seed: Long) : this(networkConfig { this.seed = seed })

    /**
     * Called by Kotest for each test.
     *
     * @sample dev.nettest.kotest.samples.networkForEachTest
     */
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        if (testCase.type != TestType.Test) {
            return execute(testCase)
        }
        val test = testCase.test
        // Wraps the body, not the call of execute: only the body has the test's own context, scheduler and time limit.
        return execute(
            testCase.withTest {
                val outer = this
                network(config, hangLimit) { NetworkTestScope(outer, this).test() }
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
}

/**
 * The network of this test. Does not wait.
 *
 * A call with a block, `network { }`, is still [dev.nettest.dsl.network]: it opens a further network.
 *
 * @throws IllegalStateException in a container, or if the spec has not registered exactly one [KotestNetworkExtension]
 * @sample dev.nettest.kotest.samples.networkOfTheTest
 */
@ExperimentalNettestApi
public val TestScope.network: NetworkScope
    get() {
        val element = checkNotNull(coroutineContext[NetworkElement]) {
            "no network here: a test has one if its spec or project registers a KotestNetworkExtension, " +
                "a container has none"
        }
        check(element.isOnly) {
            "two networks here: more than one KotestNetworkExtension is registered for this test; keep one of them"
        }
        return element.scope
    }

/** The scope of a test whose coroutines belong to its network. */
private class NetworkTestScope(outer: TestScope, network: NetworkScope) : TestScope by outer {
    override val coroutineContext: CoroutineContext =
        network.coroutineContext + NetworkElement(network, isOnly = outer.coroutineContext[NetworkElement] == null)
}

/** The network of a test. [isOnly] is false if another extension has given the test a network too. */
private class NetworkElement(val scope: NetworkScope, val isOnly: Boolean) : AbstractCoroutineContextElement(Key) {
    companion object Key : CoroutineContext.Key<NetworkElement>
}
