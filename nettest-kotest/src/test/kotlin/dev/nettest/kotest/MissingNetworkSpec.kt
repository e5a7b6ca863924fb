package dev.nettest.kotest

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestScope
import io.kotest.matchers.shouldBe

class MissingNetworkSpec : FunSpec({
    test("a spec without the extension has no network") { failsWith(NONE) }
})

class ContainerSpec : FunSpec({
    extension(KotestNetworkExtension())

    context("a container has no network") {
        failsWith(NONE)
        test("its test has one") { network.core.isClosed shouldBe false }
    }
})

class CallbackSpec : FunSpec({
    extension(KotestNetworkExtension())
    beforeTest { shouldThrow<IllegalStateException> { currentNetwork() }.message shouldBe NONE }

    test("a function in a test has its network") { currentNetwork().core shouldBe network.core }
})

class TwoNetworksSpec : FunSpec({
    extension(KotestNetworkExtension())
    extension(KotestNetworkExtension(seed = 7))

    test("a test with two extensions has no unambiguous network") {
        failsWith(
            "two networks here: more than one extension with a network is registered for this test; keep one of them",
        )
    }
})

private const val NONE =
    "no network here: a test has one if its spec or project registers a KotestNetworkExtension; " +
        "a container has one with NetworkLifetime.CONTAINER, beforeSpec and beforeTest with NetworkLifetime.SPEC"

private fun TestScope.failsWith(message: String) {
    shouldThrow<IllegalStateException> { network }.message shouldBe message
}
