package dev.nettest.kotest

import dev.nettest.dsl.NetworkScope
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.net.SocketTimeoutException
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
