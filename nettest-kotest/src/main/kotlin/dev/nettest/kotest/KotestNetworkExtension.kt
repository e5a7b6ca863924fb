package dev.nettest.kotest

import dev.nettest.NetworkConfig
import dev.nettest.dsl.DEFAULT_HANG_LIMIT
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import io.kotest.core.extensions.SpecExtension
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.Spec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
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
    config: NetworkConfig = networkConfig(),
    hangLimit: Duration = DEFAULT_HANG_LIMIT,
    lifetime: NetworkLifetime = NetworkLifetime.TEST,
) : TestCaseExtension,
    SpecExtension {
    private val interceptor =
        NetworkInterceptor(lifetime, hangLimit) { _, limit, block -> network(config, limit, block) }

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
    override suspend fun intercept(spec: Spec, execute: suspend (Spec) -> Unit): Unit =
        interceptor.intercept(spec, execute)

    /**
     * Called by Kotest for each test.
     *
     * @sample dev.nettest.kotest.samples.networkForEachTest
     */
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult =
        interceptor.intercept(testCase, execute)
}
