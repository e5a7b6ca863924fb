package dev.nettest.kotest

import dev.nettest.NetworkConfig
import dev.nettest.dsl.DEFAULT_HANG_LIMIT
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import dev.nettest.dsl.scope
import io.kotest.core.extensions.SpecExtension
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.Spec
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import kotlin.time.Duration

/**
 * Gives each test a network of its own, which ends with the test like [dev.nettest.dsl.network].
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
 * end. Background work is cancelled, sockets are closed, and [leaks][NetworkConfig.Builder.checksLeaks] fail the test.
 * With `coroutineTestScope = true` the network runs on the test's virtual time. Tests may run concurrently. Each
 * invocation of a test gets another network.
 *
 * A failure of the test has the report of its network, also if Kotest stopped the test at its timeout.
 *
 * With another [lifetime] the tests of a container or of a spec share a network. Each test then has a scope of its own
 * on it, like [dev.nettest.dsl.scope]. Sockets stay open until the network ends. A failed test shuts it down.
 *
 * @param config the settings of each network
 * @param hangLimit how long an operation without a timeout may wait, see [dev.nettest.dsl.network]
 * @param lifetime when a network begins and ends
 * @sample dev.nettest.kotest.samples.networkForEachTest
 * @sample dev.nettest.kotest.samples.networkForEachContainer
 */
@ExperimentalNettestApi
public class KotestNetworkExtension(
    private val config: NetworkConfig = networkConfig(),
    private val hangLimit: Duration = DEFAULT_HANG_LIMIT,
    private val lifetime: NetworkLifetime = NetworkLifetime.TEST,
) : TestCaseExtension,
    SpecExtension {
    /**
     * Networks with the default settings and this [seed] of every random choice.
     *
     * @sample dev.nettest.kotest.samples.networkWithSeed
     */
    public constructor(seed: Long) : this(networkConfig { this.seed = seed })

    /**
     * Called by Kotest for each spec.
     *
     * @sample dev.nettest.kotest.samples.networkForEachSpec
     */
    override suspend fun intercept(spec: Spec, execute: suspend (Spec) -> Unit) {
        if (lifetime == NetworkLifetime.SPEC) {
            sharedNetwork { execute(spec) }
        } else {
            execute(spec)
        }
    }

    /**
     * Called by Kotest for each test.
     *
     * @sample dev.nettest.kotest.samples.networkForEachTest
     */
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        val isContainer = testCase.type != TestType.Test
        if (isContainer && lifetime == NetworkLifetime.TEST) {
            return execute(testCase)
        }
        val test = testCase.test
        // The body of a test may run in a context that does not inherit from the container's.
        val shared = currentCoroutineContext()[NetworkElement]?.takeIf { it.owner === this }
        var failure: Throwable? = null
        // Wraps the body, not the call of execute: only the body has the test's own context, scheduler and time limit.
        val result = execute(
            testCase.withTest {
                try {
                    run(test, isContainer, shared)
                } catch (e: Throwable) {
                    failure = e
                    throw e
                }
            },
        )
        failure?.let { result.errorOrNull?.show(it) }
        return result
    }

    private suspend fun TestScope.run(
        test: suspend TestScope.() -> Unit,
        isContainer: Boolean,
        shared: NetworkElement?,
    ) {
        val outer = this
        when {
            shared != null -> shared.scope.core.scope(if (isContainer) Duration.INFINITE else hangLimit) {
                runIn(outer, test)
            }

            isContainer -> sharedNetwork { runIn(outer, test) }

            else -> network(config, hangLimit) { runIn(outer, test) }
        }
    }

    /** Background work of tests would be a hang of the network that they share, so only the tests have a limit. */
    private suspend fun sharedNetwork(block: suspend NetworkScope.() -> Unit) {
        val outer = currentCoroutineContext()[NetworkElement]
        network(config, Duration.INFINITE) {
            withContext(NetworkElement(this, this@KotestNetworkExtension, isOnly = outer == null)) { block() }
        }
    }

    private suspend fun NetworkScope.runIn(outer: TestScope, test: suspend TestScope.() -> Unit) {
        val other = currentCoroutineContext()[NetworkElement]
        val isOnly = other == null || (other.owner === this@KotestNetworkExtension && other.isOnly)
        val element = NetworkElement(this, this@KotestNetworkExtension, isOnly)
        withContext(element) { NetworkTestScope(outer, this@runIn, element).test() }
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

/** Attaches the failure of a network, which has the report, unless this failure is or has it. */
private fun Throwable.show(failure: Throwable) {
    if (generateSequence(this) { it.cause }.take(CAUSES).none { it === failure || failure in it.suppressed }) {
        addSuppressed(failure)
    }
}

/** Limits the walk along the causes, which may form a cycle. */
private const val CAUSES = 16
