package dev.nettest.kotest

import dev.nettest.NetworkConfig
import dev.nettest.dsl.DEFAULT_HANG_LIMIT
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import dev.nettest.dsl.scope
import dev.nettest.jvm.Claim
import dev.nettest.jvm.ClaimConfig
import dev.nettest.jvm.JvmNetwork
import io.kotest.core.extensions.SpecExtension
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.Spec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import kotlinx.coroutines.withContext
import kotlin.time.Duration

/**
 * Like [KotestNetworkExtension], for code that opens its own sockets: each network has a [Claim] of addresses and
 * names of this JVM. It needs the artifact `nettest-jvm` on the test class path.
 *
 * ```
 * class ServerSpec : FunSpec({
 *     extension(KotestJvmNetworkExtension())
 *
 *     test("greets") {
 *         claim.host("web")
 *         startServer(claim.address(1), port = 80)
 *         network.awaitListening("${claim.address(1)}:80")
 *         ...
 *     }
 * })
 * ```
 *
 * The coroutines of a test register the threads that run them, on every dispatcher, so `localhost` is in memory for
 * them: see [dev.nettest.jvm.Localhost.REGISTERED_THREADS]. Threads that the code under test makes use an address or a
 * name of the claim, or [dev.nettest.jvm.Localhost.ALL_THREADS].
 *
 * The claim ends after its network. If the settings forbid real sockets and the code under test tried one, the test
 * fails then.
 *
 * @param claims the settings of each claim
 * @param config the settings of each network
 * @param hangLimit how long an operation without a timeout may wait, see [dev.nettest.dsl.network]
 * @param lifetime when a network and its claim begin and end
 * @sample dev.nettest.kotest.samples.claimForEachTest
 * @sample dev.nettest.kotest.samples.claimForEachSpec
 */
@ExperimentalNettestApi
public class KotestJvmNetworkExtension(
    private val claims: ClaimConfig = ClaimConfig.defaults(),
    private val config: NetworkConfig = networkConfig(),
    hangLimit: Duration = DEFAULT_HANG_LIMIT,
    lifetime: NetworkLifetime = NetworkLifetime.TEST,
) : TestCaseExtension,
    SpecExtension {
    private val interceptor = NetworkInterceptor(lifetime, hangLimit, ::open)

    /**
     * Called by Kotest for each spec.
     *
     * @sample dev.nettest.kotest.samples.claimForEachSpec
     */
    override suspend fun intercept(spec: Spec, execute: suspend (Spec) -> Unit): Unit =
        interceptor.intercept(spec, execute)

    /**
     * Called by Kotest for each test.
     *
     * @sample dev.nettest.kotest.samples.claimForEachTest
     */
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult =
        interceptor.intercept(testCase, execute)

    /**
     * The scope inside the network's own inherits the claim, and so does all that it starts. The network ends before
     * the claim: its threads must not reach the kernel meanwhile.
     */
    private suspend fun open(user: String, hangLimit: Duration, block: suspend NetworkScope.() -> Unit) {
        var claim: Claim? = null
        AutoCloseable { claim?.close() }.use {
            network(config, Duration.INFINITE) {
                val opened = JvmNetwork.claim(core, claims, user)
                claim = opened
                withContext(ClaimElement(opened)) { core.scope(hangLimit, block) }
            }
        }
    }
}
