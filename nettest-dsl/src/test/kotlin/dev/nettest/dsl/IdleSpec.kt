package dev.nettest.dsl

import dev.nettest.NetworkConfig
import dev.nettest.VirtualClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import java.nio.ByteBuffer
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

@OptIn(ExperimentalCoroutinesApi::class)
class IdleSpec : FunSpec({
    blockingTest = true

    test("awaitIdle waits for runnable coroutines and takes no time") {
        runTest {
            network {
                val (client, server) = pair()
                server.readTimeout = 30.seconds
                background {
                    repeat(50) { yield() }
                    client.writeUtf8("late, but at the same moment")
                }
                awaitIdle()
                server.core.available() shouldBe 28
                currentTime shouldBe 0
            }
        }
    }

    test("awaitIdle waits for coroutines and threads that hand work to each other") {
        runTest {
            network {
                val (client, server) = pair()
                val echo = asyncBlocking("echo") {
                    val one = ByteBuffer.allocate(1)
                    while (server.core.read(one.clear()) > 0) {
                        server.core.write(one.flip())
                    }
                }
                var echoes = 0
                background {
                    while (true) {
                        val text = client.readUtf8(1)
                        echoes++
                        if (echoes % 20 != 0) client.writeUtf8(text)
                    }
                }
                repeat(100) { round ->
                    launch(start = CoroutineStart.LAZY) { client.writeUtf8("x") }.start()
                    awaitIdle()
                    echoes shouldBe 20 * (round + 1)
                }
                currentTime shouldBe 0
                echo.isActive shouldBe true
            }
        }
    }

    test("a failure names the busy thread") {
        val go = CountDownLatch(1)
        runTest {
            network(networkConfig { awaitLimit = 50.milliseconds }) {
                val begun = CountDownLatch(1)
                val busy = asyncBlocking("busy bee") {
                    begun.countDown()
                    while (go.count > 0) Thread.onSpinWait()
                }
                begun.await()
                try {
                    val failure = shouldThrow<AssertionError> { awaitIdle(20.milliseconds) }
                    failure.message!! shouldStartWith
                        "after 50 ms of real time the network is still not idle: the thread \"busy bee\" (RUNNABLE) at "
                } finally {
                    go.countDown()
                }
                busy.await()
                awaitIdle()
            }
        }
    }

    test("awaitIdle works on system time") {
        network {
            val (client, server) = pair()
            val reader = asyncBlocking("reader") { server.core.read(ByteBuffer.allocate(1)) }
            awaitIdle()
            reader.isActive shouldBe true
            client.writeUtf8("x")
            reader.await() shouldBe 1
        }
    }

    test("the configuration may make a clock for each network") {
        network(NetworkConfig.builder().clocks(VirtualClock::manual).build()) {
            clock.shouldBeInstanceOf<VirtualClock>()
        }
    }
})
