@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.samples.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.NetworkLifetime
import dev.nettest.kotest.currentNetwork
import dev.nettest.kotest.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

// snippet: kotest-spec
class SharedSpec : FunSpec({
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.SPEC))

    beforeSpec {
        currentNetwork().listener(110).serve { c ->
            c.writeLine("+OK ready")
            c.lines().collect { c.writeLine("+OK 2 320") }
        }
    }

    test("counts the messages") { network.connect(110).countMessages() shouldBe 2 }

    test("counts them again") { network.connect(110).countMessages() shouldBe 2 }
})
// end snippet
