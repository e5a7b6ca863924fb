package dev.nettest.kotest

import io.kotest.core.spec.style.BehaviorSpec
import io.kotest.core.spec.style.DescribeSpec
import io.kotest.core.spec.style.ExpectSpec
import io.kotest.core.spec.style.FeatureSpec
import io.kotest.core.spec.style.FreeSpec
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.ShouldSpec
import io.kotest.core.spec.style.StringSpec
import io.kotest.core.spec.style.WordSpec
import io.kotest.core.test.TestScope
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch

// Kotest hands each style a scope of another class. In all of them a test and its coroutines have the network.

private suspend fun TestScope.echoes() {
    val listener = network.listener()
    launch { listener.accept().use { it.writeLine("hello") } }
    listener.connect().readLine() shouldBe "hello"
}

class BehaviorStyleSpec : BehaviorSpec({
    extension(KotestNetworkExtension())
    Given("a spec") { When("a test runs") { Then("it has a network") { echoes() } } }
})

class DescribeStyleSpec : DescribeSpec({
    extension(KotestNetworkExtension())
    describe("a test") { it("has a network") { echoes() } }
})

class ExpectStyleSpec : ExpectSpec({
    extension(KotestNetworkExtension())
    context("a test") { expect("a network") { echoes() } }
})

class FeatureStyleSpec : FeatureSpec({
    extension(KotestNetworkExtension())
    feature("a test") { scenario("with a network") { echoes() } }
})

class FreeStyleSpec : FreeSpec({
    extension(KotestNetworkExtension())
    "a container" - { "has a test with a network" { echoes() } }
    "a test has a network" { echoes() }
})

class FunStyleSpec : FunSpec({
    extension(KotestNetworkExtension())
    context("a container") { test("has a test with a network") { echoes() } }
})

class ShouldStyleSpec : ShouldSpec({
    extension(KotestNetworkExtension())
    context("a test") { should("have a network") { echoes() } }
})

class StringStyleSpec : StringSpec({
    extension(KotestNetworkExtension())
    "a test has a network" { echoes() }
})

class WordStyleSpec : WordSpec({
    extension(KotestNetworkExtension())
    "a test" should { "have a network" { echoes() } }
})

class InvocationsSpec : FunSpec({
    extension(KotestNetworkExtension())
    val networks = mutableSetOf<Any>()

    test("each invocation has another network").config(invocations = 3) { networks += network }

    test("there were three") { networks.size shouldBe 3 }
})
