package dev.nettest.dsl.kotest

import dev.nettest.Fault
import dev.nettest.dsl.SchedulerClock
import dev.nettest.dsl.fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import io.kotest.matchers.should
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNot
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.minutes

class KotestNetworkExtensionSpec : FunSpec({
    coroutineTestScope = true
    val network = extension(KotestNetworkExtension(seed = 7))
    var first: Any? = null

    test("a test has a network, on virtual time") {
        first = network()
        network() shouldBeSameInstanceAs first
        network().seed shouldBe 7
        network().clock.shouldBeInstanceOf<SchedulerClock>()
        val server = network().pair().server
        server.readTimeout = 30.minutes
        shouldThrow<SocketTimeoutException> { server.readLine() }
    }

    test("the next test has another network") {
        network() shouldNotBe first
    }

    context("a container") {
        test("a test in a container has a network") { network().core.isClosed shouldBe false }

        test("an extension that is not registered has none") {
            shouldThrow<IllegalStateException> { KotestNetworkExtension().invoke() }.message!! shouldStartWith
                "no network here"
        }
    }

    test("matchers describe the state of the network") {
        val listener = network().listener()
        listener shouldNot beAcceptable()
        val client = listener.connect()
        listener should beAcceptable()
        val server = listener.accept()
        server shouldNot beReadable()
        val faults = server.fault(read = Fault.slice(1))
        client.writeUtf8("ab")
        server should beReadable()
        server.readUtf8(2) shouldBe "ab"
        faults should haveFired(2)
        server.close()
        server should beClosed()
        shouldThrow<AssertionError> { client should beClosed() }.message!! shouldStartWith "$client should be closed\n"
        shouldThrow<AssertionError> { faults should haveFired(1) }
    }

    test("an unfired fault fails its test") {
        val checked = network() // inside a test: the extension is called like Kotest calls it
        checked.core.isClosed shouldBe false
        val extension = KotestNetworkExtension()
        val leaking = testCase.copy(test = { extension().listener { fault(accept = Fault.reset()) } })
        extension.intercept(leaking) { it.run(this) }.errorOrNull!!.message!! shouldStartWith "declared and never fired"
    }
})

private suspend fun TestCase.run(scope: io.kotest.core.test.TestScope): TestResult = try {
    test(scope)
    TestResult.Success(kotlin.time.Duration.ZERO)
} catch (e: AssertionError) {
    TestResult.Failure(kotlin.time.Duration.ZERO, e)
}
