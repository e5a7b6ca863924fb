@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.samples.kotest

import dev.nettest.Fault
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.network
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.minutes

class EndSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())

    // snippet: kotest-end
    test("the end awaits, cancels and closes") {
        launch { delay(1.minutes) } // awaited
        network.listener(110).serve { awaitCancellation() } // cancelled
        network.background { awaitCancellation() } // cancelled
        network.asyncBlocking("server") {
            // its thread is interrupted, and its sockets are closed
            network.serverSocketFactory.createServerSocket(80).use { it.accept().close() }
        }
    }
    // end snippet

    // snippet: kotest-blocking
    test("java.net in a coroutine test") {
        network.listener("10.0.0.5:7").serve { it.writeLine("hello") }

        val line = network.blocking("client") {
            network.socketFactory.createSocket("10.0.0.5", 7).use { it.getInputStream().bufferedReader().readLine() }
        }

        line shouldBe "hello"
    }
    // end snippet

    // snippet: kotest-checks
    test("an accepted connection that stays open fails the test") {
        shouldThrow<AssertionError> {
            network {
                // another network, which ends with this block
                val listener = listener(80)
                listener.connect()
                listener.accept()
            }
        }.message shouldStartWith "never closed:\n  connection 127.0.0.1:80 -> "
    }

    test("a fault that did not fire fails the test") {
        shouldThrow<AssertionError> { network { fault(read = Fault.reset()) } }
            .message shouldStartWith "declared and never fired"
    }

    test("a hang fails the test at once") {
        shouldThrow<AssertionError> { network { pair().client.readLine() } }
            .message shouldStartWith "nothing more can happen, and these still wait:\n  coroutine in readLine of "
    }
    // end snippet
})
