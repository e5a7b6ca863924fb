package dev.nettest.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import java.io.IOException
import java.net.SocketTimeoutException
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

class BlockingSpec : FunSpec({
    test("blocking code returns its result, and its exception is the caller's") {
        network {
            blocking { 42 } shouldBe 42
            val failure = IOException("expected")
            shouldThrow<IOException> { blocking { throw failure } } shouldBeSameInstanceAs failure
        }
    }

    test("a failed read of blocking code can be expected, in virtual time") {
        runTest {
            network {
                listener("10.0.0.5:7").serve { delay(Duration.INFINITE) }
                shouldThrow<SocketTimeoutException> {
                    blocking {
                        socketFactory.createSocket("10.0.0.5", 7).use {
                            it.soTimeout = 30_000
                            it.getInputStream().read()
                        }
                    }
                }.message shouldBe "Read timed out"
                elapsed shouldBe 30.seconds
            }
        }
    }

    test("an exception of blocking code that is not caught fails the test") {
        shouldThrow<IllegalStateException> { network { blocking { error("mine") } } }.message shouldBe "mine"
    }

    test("cancelling a coroutine interrupts its blocking code and waits for it") {
        network {
            val started = CompletableDeferred<Unit>()
            var interrupted = false
            val job = launch {
                blocking {
                    started.complete(Unit)
                    try {
                        CountDownLatch(1).await()
                    } catch (e: InterruptedException) {
                        interrupted = true
                        throw e
                    }
                }
            }
            started.await()
            job.cancelAndJoin()
            interrupted shouldBe true
        }
    }

    test("the background scope feeds operators of flows, also inside a coroutine test") {
        runTest {
            network {
                val seen = Channel<String>(Channel.UNLIMITED)
                val (client, server) = pair()
                server.lines().onEach { seen.send(it) }.launchIn(backgroundScope)
                client.writeLine("hello")
                seen.receive() shouldBe "hello"
            } // the collection is cancelled here
        }
    }

    test("a failure in the background scope fails the test") {
        shouldThrow<IllegalStateException> {
            network {
                backgroundScope.launch { error("background") }
                pair().server.readLine()
            }
        }.message shouldBe "background"
    }

    test("virtual time stands while a coroutine computes on the network's dispatcher") {
        runTest {
            network {
                val server = pair().server
                server.readTimeout = 30.seconds
                val computing = CountDownLatch(1)
                val reader = launch { shouldThrow<SocketTimeoutException> { server.readLine() } }
                withContext(dispatcher) {
                    Thread.currentThread().name shouldStartWith "nettest-"
                    computing.countDown()
                    repeat(1_000_000) { Thread.onSpinWait() }
                    elapsed shouldBe Duration.ZERO
                    delay(5.seconds) // on the network's clock
                    elapsed shouldBe 5.seconds
                }
                reader.join()
                elapsed shouldBe 30.seconds
            }
        }
    }

    test("blocking code on many threads at once") {
        network {
            val gate = CountDownLatch(8)
            val names = List(8) { id ->
                asyncBlocking("worker-$id") {
                    gate.countDown()
                    gate.await()
                    Thread.currentThread().name
                }
            }.map { it.await() }
            names.toSet() shouldHaveSize 8
        }
    }
})
