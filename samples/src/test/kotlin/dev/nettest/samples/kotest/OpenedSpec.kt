package dev.nettest.samples.kotest

import dev.nettest.dsl.NetworkHandle
import dev.nettest.dsl.openNetwork
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlin.time.Duration.Companion.hours

class OpenedSpec : FunSpec({
    // snippet: kotest-open
    context("on real time") {
        lateinit var network: NetworkHandle
        beforeTest { network = openNetwork() }
        afterTest { (_, result) -> network.close(result.errorOrNull) }

        test("a write is read") {
            val (client, server) = network.pair()
            client.writeLine("hello")
            server.readLine() shouldBe "hello"
        }
    }

    context("on virtual time") {
        lateinit var network: NetworkHandle
        beforeInvocation { _, _ -> network = openNetwork() } // beforeTest has no test scheduler
        afterInvocation { _, _ -> network.close() }

        test("an hour takes no time").config(coroutineTestScope = true) {
            delay(1.hours)
            network.elapsed shouldBe 1.hours
        }
    }
    // end snippet
})
