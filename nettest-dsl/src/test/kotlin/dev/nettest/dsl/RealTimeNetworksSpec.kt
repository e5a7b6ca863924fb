package dev.nettest.dsl

import dev.nettest.NetworkClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.milliseconds

class RealTimeNetworksSpec : FunSpec({
    context("a network that beforeTest opens") {
        lateinit var network: NetworkHandle
        beforeTest { network = openNetwork() }
        afterTest { network.close() }

        test("refuses to wait in a coroutine test") {
            runTest {
                val waits = listOf<suspend () -> Unit>(
                    { network.pair().client.readLine() },
                    { network.pair { client { readTimeout = 1.milliseconds } }.client.readLine() },
                    { network.pair { server { receiveBufferSize = 1 } }.client.writeLine("too long") },
                    { network.listener().accept() },
                    { network.listener().awaitAcceptable() },
                )
                for (wait in waits) {
                    shouldThrow<IllegalStateException> { wait() }.message shouldBe
                        "the network was opened outside the coroutine test that uses it, so it runs on real time; " +
                        "open it in the test, with NetworkLifetime.TEST, in Kotest's beforeInvocation, " +
                        "or with a clock in networkConfig"
                }
            }
        }

        test("waits in a test on real time") {
            val (client, server) = network.pair()
            launch {
                yield()
                server.writeLine("hello")
            }
            client.readLine() shouldBe "hello"
        }
    }

    context("a network that beforeInvocation opens") {
        lateinit var network: NetworkHandle
        beforeInvocation { _, _ -> network = openNetwork() }
        afterInvocation { _, _ -> network.close() }

        test("runs on the virtual time of the test").config(coroutineTestScope = true) {
            shouldThrow<AssertionError> { network.pair().client.awaitReadable() }
            network.clock.isVirtual shouldBe true
        }
    }

    test("a network on real time refuses to wait in a coroutine test inside of it") {
        network {
            runTest {
                shouldThrow<IllegalStateException> { pair().client.readLine() }.message!! shouldStartWith
                    "the network was opened outside the coroutine test that uses it"
            }
        }
    }

    test("a network with a clock of its own waits in any test") {
        val network = openNetwork(networkConfig { clock = NetworkClock.system() })
        runTest { shouldThrow<AssertionError> { network.pair().client.awaitReadable(1.milliseconds) } }
        network.close()
    }
})
