package dev.nettest.kotest

import dev.nettest.Fault
import dev.nettest.NetworkConfig
import dev.nettest.Personality
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.core.test.testCoroutineScheduler
import io.kotest.engine.test.TestResult
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

@OptIn(ExperimentalCoroutinesApi::class)
class KotestNetworkExtensionSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension(seed = 7))
    var first: NetworkScope? = null

    test("a test has a network, on virtual time") {
        first = network
        network shouldBeSameInstanceAs first
        network.seed shouldBe 7
        network.clock.toString() shouldStartWith "coroutine test scheduler at "
        val server = network.pair().server
        server.readTimeout = 30.minutes
        shouldThrow<SocketTimeoutException> { server.readLine() }
        testCoroutineScheduler.currentTime shouldBe 30.minutes.inWholeMilliseconds
    }

    test("the next test has another network") {
        network shouldNotBe first
        first!!.core.isClosed shouldBe true
    }

    context("a container") {
        test("a test in a container has a network") { network.core.isClosed shouldBe false }
    }

    test("the property and the function stand side by side") {
        val inner = network { this }
        inner shouldNotBe network
        inner.core.isClosed shouldBe true
        network.core.isClosed shouldBe false
        network { listener().port } shouldBe network.listener().port
    }

    test("coroutines launched in a test have its network") {
        val listener = network.listener()
        launch { listener.accept().use { it.writeLine("seed ${network.seed}") } }
        async { listener.connect().readLine() }.await() shouldBe "seed 7"
    }

    test("the job of a test is that of its network") {
        coroutineContext.job shouldBeSameInstanceAs network.coroutineContext.job
    }

    test("a test gives the description of Kotest's own scope") {
        testCase.name.name shouldBe "a test gives the description of Kotest's own scope"
    }

    test("coroutines launched in a test are awaited before its network is closed") {
        val order = mutableListOf<String>()
        intercepted {
            launch {
                delay(1.minutes)
                order += "launched, closed: ${network.core.isClosed}"
            }
            network.background {
                try {
                    awaitCancellation()
                } finally {
                    order += "background"
                }
            }
            order += "body"
        }.errorOrNull shouldBe null

        order shouldContainExactly listOf("body", "launched, closed: false", "background")
    }

    test("a coroutine launched in a test fails it, and frees what waits in its network") {
        val failure = AssertionError("launched")
        val result = intercepted {
            launch { throw failure }
            network.pair().server.readLine()
        }

        result.errorOrNull!!.message shouldBe "launched"
    }

    test("a test that fails cancels its coroutines") {
        var cancelled = false
        val result = intercepted {
            launch(start = CoroutineStart.UNDISPATCHED) {
                try {
                    network.listener().accept()
                } catch (e: CancellationException) {
                    cancelled = true
                    throw e
                }
            }
            throw AssertionError("body")
        }

        result.errorOrNull!!.message shouldBe "body"
        cancelled shouldBe true
    }

    test("an unfired fault fails its test") {
        intercepted { network.listener { fault(accept = Fault.reset()) } }.errorOrNull!!.message!! shouldStartWith
            "declared and never fired"
    }

    test("a connection that stays open fails its test") {
        intercepted {
            val listener = network.listener()
            listener.connect()
            listener.accept()
        }.errorOrNull!!.message!! shouldStartWith "never closed"
    }

    test("a failure that the framework replaces has the report of the network") {
        val replaced = IllegalStateException("did not complete")
        val extension = KotestNetworkExtension()
        val result = outsideOfItsNetwork { scope ->
            extension.intercept(testCase.copy(test = { throw AssertionError("body") })) {
                it.run(scope)
                TestResult.Error(Duration.ZERO, replaced)
            }
        }
        result.errorOrNull shouldBeSameInstanceAs replaced
        val (body) = replaced.suppressed
        body.message shouldBe "body"
        body.suppressed.first().javaClass.packageName shouldBe "dev.nettest.internal.net"
    }

    test("a failure that the framework keeps is not attached to itself") {
        val failure = intercepted { throw AssertionError("body") }.errorOrNull!!
        failure.suppressed.first().javaClass.packageName shouldBe "dev.nettest.internal.net"
    }

    test("the settings are those of the extension") {
        val config = NetworkConfig.builder().personality(Personality.WINDOWS).build()
        var found: NetworkConfig? = null
        intercepted(KotestNetworkExtension(config)) { found = network.core.config() }.errorOrNull shouldBe null

        found!!.personality() shouldBe Personality.WINDOWS
    }
})

/** Runs [body] as Kotest runs a test with [extension], but without an outer network. */
internal suspend fun TestScope.intercepted(
    extension: TestCaseExtension = KotestNetworkExtension(),
    body: suspend TestScope.() -> Unit,
): TestResult = outsideOfItsNetwork { scope -> extension.intercept(testCase.copy(test = body)) { it.run(scope) } }

private suspend fun TestScope.outsideOfItsNetwork(block: suspend (TestScope) -> TestResult): TestResult {
    val outside = CoroutineScope(currentCoroutineContext().minusKey(NetworkElement).minusKey(ClaimKey))
    val bare = object : TestScope by this {
        override val coroutineContext = outside.coroutineContext
    }
    return outside.async { block(bare) }.await()
}

private suspend fun TestCase.run(scope: TestScope): TestResult = try {
    test(scope)
    TestResult.Success(Duration.ZERO)
} catch (e: AssertionError) {
    TestResult.Failure(Duration.ZERO, e)
}
