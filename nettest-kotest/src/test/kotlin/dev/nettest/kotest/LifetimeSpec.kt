package dev.nettest.kotest

import dev.nettest.NetworkClock
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.networkConfig
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class ContainerLifetimeSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.CONTAINER))
    val containers = mutableListOf<NetworkScope>()

    context("a container") {
        containers += network
        val core = network.core
        val listener = network.listener(7)
        beforeTest { currentNetwork().core shouldBe core }

        test("shares its network with its tests") {
            network.core shouldBe core
            network.connect(7).remoteAddress shouldBe listener.localAddress
        }

        test("shares its virtual time") {
            val client = network.pair { client { readTimeout = 30.minutes } }.client
            shouldThrow<SocketTimeoutException> { client.readLine() }
            network.elapsed shouldBe 30.minutes
        }

        context("with inner containers") {
            network.core shouldBe core
            test("and their tests") { network.core shouldBe core }
        }

        test("awaits what a test launched, before the next test") { launch { delay(1.seconds) } }
    }

    context("another container") {
        containers += network
        test("has another network") {
            containers.first().core.isClosed shouldBe true
            network.core.isClosed shouldBe false
        }
    }

    test("a test outside has its own") {
        containers shouldHaveSize 2
        containers.forEach { it.core.isClosed shouldBe true }
        network.core.isClosed shouldBe false
    }
})

class SpecLifetimeOfVirtualTestsSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.SPEC))

    test("a test on virtual time is refused to wait in a network on real time") {
        shouldThrow<IllegalStateException> { network.pair().client.readLine() }.message shouldBe
            "the network was opened outside the coroutine test that uses it, so it runs on real time; " +
            "open it in the test, with NetworkLifetime.TEST, in Kotest's beforeInvocation, " +
            "or with a clock in networkConfig"
        shouldThrow<IllegalStateException> { network.pair().client shouldStaySilent 1.minutes }
    }

    test("it may call what does not wait") {
        val (client, server) = network.pair()
        server.writeLine("hello")
        client.readLine() shouldBe "hello"
    }

    test("it may wait on real time").config(coroutineTestScope = false) {
        val (client, server) = network.pair()
        launch { server.writeLine("hello") }
        client.readLine() shouldBe "hello"
    }
})

class SpecLifetimeOnAClockSpec : FunSpec({
    coroutineTestScope = true
    val config = networkConfig { clock = NetworkClock.system() }
    extension(KotestNetworkExtension(config, lifetime = NetworkLifetime.SPEC))

    test("a network on a clock of its own waits in each test") {
        val client = network.pair { client { readTimeout = 1.milliseconds } }.client
        shouldThrow<SocketTimeoutException> { client.readLine() }
    }
})

class SpecLifetimeSpec : FunSpec({
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.SPEC))
    lateinit var ofSpec: NetworkScope
    beforeSpec { ofSpec = currentNetwork() }
    beforeTest { currentNetwork().core shouldBe ofSpec.core }

    test("a test has the network of beforeSpec, in a scope of its own") {
        network.core shouldBe ofSpec.core
        network shouldNotBe ofSpec
    }

    context("a container") {
        network.core shouldBe ofSpec.core
        test("and its tests have it too") { network.core shouldBe ofSpec.core }
    }
})
