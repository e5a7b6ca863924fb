@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.samples.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.NetworkLifetime
import dev.nettest.kotest.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlin.time.Duration.Companion.hours

// snippet: kotest-container
class ContainerSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.CONTAINER))

    context("a mailbox with two messages") {
        // serves until the container ends
        network.listener(110).serve { c ->
            c.writeLine("+OK ready")
            c.lines().collect { c.writeLine("+OK 2 320") }
        }

        test("counts them") {
            network.connect(110).countMessages() shouldBe 2
        }

        test("counts them an hour later") {
            delay(1.hours)
            network.connect(110).countMessages() shouldBe 2
        }
    }
})
// end snippet
