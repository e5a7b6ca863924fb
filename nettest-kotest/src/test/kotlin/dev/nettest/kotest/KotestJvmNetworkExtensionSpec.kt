package dev.nettest.kotest

import dev.nettest.Network
import dev.nettest.dsl.networkConfig
import dev.nettest.jvm.Claim
import dev.nettest.jvm.ClaimConfig
import dev.nettest.jvm.JvmNetwork
import dev.nettest.jvm.Localhost
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestScope
import io.kotest.core.test.testCoroutineScheduler
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.completeWith
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.net.ConnectException
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.channels.SocketChannel
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.minutes

/** The code under test: it opens its own sockets and blocks. */
private fun readGreeting(host: String, port: Int): String =
    Socket(host, port).use { it.getInputStream().bufferedReader().readLine() }

private suspend fun greeting(host: String, port: Int): String = withContext(Dispatchers.IO) { readGreeting(host, port) }

/** Runs on a thread of the code under test, which is not registered. */
private suspend fun <T> onAThread(block: () -> T): T = CompletableDeferred<T>()
    .apply { thread { completeWith(runCatching(block)) } }
    .await()

class KotestJvmNetworkExtensionSpec : FunSpec({
    extension(KotestJvmNetworkExtension(config = networkConfig { seed = 7 }))
    var first: Claim? = null

    test("a test has a network and its claim") {
        first = claim
        claim.network() shouldBeSameInstanceAs network.core
        currentClaim() shouldBeSameInstanceAs claim
        network.seed shouldBe 7
    }

    test("the claim ends with its test") {
        claim shouldNotBe first
        first!!.network().isClosed shouldBe true
        claim.address(1) shouldBe first.address(1) // the prefix is free again
    }

    test("any thread reaches an address and a name of the claim") {
        claim.host("web")
        network.listener("${claim.address(1)}:80").serve { it.writeLine("hello") }

        onAThread { readGreeting(claim.address(1), 80) } shouldBe "hello"
        onAThread { readGreeting("web.${claim.domain()}", 80) } shouldBe "hello"
        shouldThrow<ConnectException> { greeting(claim.address(1), 81) }
    }

    test("localhost is in memory for the coroutines of a test, on every dispatcher") {
        ServerSocket(80).use { server ->
            launch(Dispatchers.IO) { server.greet(times = 4) }

            readGreeting("localhost", 80) shouldBe "hi"
            greeting("localhost", 80) shouldBe "hi"
            withContext(Dispatchers.Default) { readGreeting("localhost", 80) } shouldBe "hi"
            val inBackground = CompletableDeferred<String>()
            network.background { inBackground.complete(greeting("localhost", 80)) }
            inBackground.await() shouldBe "hi"
        }
    }

    test("a thread is registered while it runs a coroutine of the test") {
        val registered = { network.core.isRegistered }
        registered() shouldBe true
        withContext(Dispatchers.IO) { registered() } shouldBe true
        onAThread(registered) shouldBe false
    }

    test("a conflict names both tests") {
        Network.create().use { other ->
            val conflict = ClaimConfig.builder().addresses(claim.address(1)).build()
            shouldThrow<IllegalStateException> { JvmNetwork.claim(other, conflict, "the other test") }.message shouldBe
                "the claim of ${claim.address(1)}/32 at the other test conflicts with the open claim at " +
                "KotestJvmNetworkExtensionSpec: a conflict names both tests"
        }
    }

    test("an attempt to open a real socket fails its test") {
        val claims = ClaimConfig.builder().localhost(Localhost.ALL_THREADS).forbidRealSockets().build()
        var seen: Throwable? = null
        val result = intercepted(KotestJvmNetworkExtension(claims)) {
            try {
                SocketChannel.open(InetSocketAddress("192.0.2.1", 80)).close()
            } catch (e: SocketException) {
                seen = e // the code under test hides it
            }
        }

        seen!!.message!! shouldContain "forbids real sockets: connect to /192.0.2.1:80"
        result.errorOrNull!!.message!! shouldStartWith "real sockets are forbidden by the claim at " +
            "KotestJvmNetworkExtensionSpec: an attempt to open a real socket fails its test, but the code"
    }

    test("such an attempt does not hide the failure of the test") {
        val claims = ClaimConfig.builder().forbidRealSockets().build()
        val result = intercepted(KotestJvmNetworkExtension(claims)) {
            shouldThrow<SocketException> { Socket("192.0.2.1", 80) }
            throw AssertionError("body")
        }

        val failure = result.errorOrNull!!
        failure.message shouldBe "body"
        failure.suppressed.map { it.message!!.substringBefore(" by") } shouldContain "real sockets are forbidden"
    }

    test("a connection that stays open fails its test") {
        intercepted(KotestJvmNetworkExtension()) {
            val listener = network.listener("${claim.address(1)}:80")
            Socket(claim.address(1), 80)
            listener.accept()
        }.errorOrNull!!.message!! shouldStartWith "never closed"
    }
})

class VirtualJvmSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestJvmNetworkExtension())

    @OptIn(ExperimentalCoroutinesApi::class)
    test("the timeout of a blocking socket passes in virtual time") {
        network.listener("${claim.address(1)}:80").serve { it.readLine() }

        network.blocking {
            Socket(claim.address(1), 80).use {
                it.soTimeout = 30.minutes.inWholeMilliseconds.toInt()
                shouldThrow<SocketTimeoutException> { it.getInputStream().read() }
            }
        }
        testCoroutineScheduler.currentTime shouldBe 30.minutes.inWholeMilliseconds
    }
})

class ContainerClaimSpec : FunSpec({
    extension(KotestJvmNetworkExtension(lifetime = NetworkLifetime.CONTAINER))

    context("a container") {
        val shared = claim
        val server = ServerSocket(80) // of localhost, because the thread of a container is registered
        network.background { withContext(Dispatchers.IO) { server.use { it.greet(times = 2) } } }

        test("shares its claim with its tests") {
            claim shouldBeSameInstanceAs shared
            greeting("localhost", 80) shouldBe "hi"
        }

        test("registers the threads of each test") { greeting("localhost", 80) shouldBe "hi" }
    }
})

private fun ServerSocket.greet(times: Int) = repeat(times) {
    accept().use { it.getOutputStream().write("hi\n".toByteArray()) }
}

class SpecClaimSpec : FunSpec({
    extension(KotestJvmNetworkExtension(lifetime = NetworkLifetime.SPEC))
    var ofSpec: Claim? = null
    beforeSpec {
        ofSpec = currentClaim()
        currentNetwork().listener(80).serve { it.writeLine("hello") }
    }
    beforeTest { currentClaim() shouldBeSameInstanceAs ofSpec }

    test("a test has the claim of beforeSpec") {
        claim shouldBeSameInstanceAs ofSpec
        greeting("localhost", 80) shouldBe "hello"
    }

    context("a container") {
        test("and its tests have it too") { greeting("localhost", 80) shouldBe "hello" }
    }
})

class MissingClaimSpec : FunSpec({
    extension(KotestNetworkExtension())

    test("a network without a claim") {
        shouldThrow<IllegalStateException> { claim }.message shouldBe
            "no claim here: register a KotestJvmNetworkExtension instead of a KotestNetworkExtension"
    }
})

class TwoClaimsSpec : FunSpec({
    extension(KotestJvmNetworkExtension())
    extension(KotestNetworkExtension())

    test("a test with two extensions has no unambiguous claim") {
        shouldThrow<IllegalStateException> { claim }.message shouldStartWith "two networks here: "
    }
})
