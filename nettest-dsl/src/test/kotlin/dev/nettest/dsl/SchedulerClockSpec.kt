package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.VirtualClock
import dev.nettest.dsl.internal.SchedulerClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldNotBeInstanceOf
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.ClosedByInterruptException
import java.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

@OptIn(ExperimentalCoroutinesApi::class)
class SchedulerClockSpec : FunSpec({
    blockingTest = true

    test("a read timeout of thirty seconds takes no real time") {
        runTest {
            network {
                val server = pair().server
                server.readTimeout = 30.seconds
                shouldThrow<SocketTimeoutException> { server.readLine() }
                currentTime shouldBe 30_000
            }
        }
    }

    test("a thread that is interrupted counts as runnable before it runs") {
        repeat(500) {
            runTest {
                network {
                    val listener = listener()
                    val accepting = asyncBlocking("accepting") {
                        listener.core.accept().close()
                        shouldThrow<ClosedByInterruptException> { listener.core.accept() }
                    }
                    listener.connect().awaitPeerClosed()

                    accepting.cancel()
                    listener.awaitClosed() // closed by the interrupt, before the limit of ten seconds passes
                    currentTime shouldBe 0
                }
            }
        }
    }

    test("an await fails as soon as its limit passes") {
        runTest {
            network {
                val server = pair().server
                val failure = shouldThrow<AssertionError> { server.awaitReadable() }
                failure.message!! shouldStartWith "after 10 s still waiting for $server to be readable\n"
                failure.message!! shouldContain "clock: coroutine test scheduler at 10s, seed: "
                currentTime shouldBe 10_000
            }
        }
    }

    test("connect and accept timeouts are virtual") {
        runTest {
            network {
                val listener = listener { backlog = 1 }
                repeat(2) { listener.connect() }
                shouldThrow<SocketTimeoutException> { listener.connect { connectTimeout = 1.minutes } }
                currentTime shouldBe 60_000
                shouldThrow<SocketTimeoutException> { listener().accept(2.minutes) }
                currentTime shouldBe 180_000
            }
        }
    }

    test("faults are delayed virtually") {
        runTest {
            network {
                val (client, server) = pair()
                server.fault(read = Fault.delayed(20.seconds).once())
                client.writeUtf8("abc")
                server.readUtf8(3) shouldBe "abc"
                currentTime shouldBe 20_000
                client.fault(write = Fault.timeout().after(1.seconds))
                delay(1.seconds)
                shouldThrow<SocketTimeoutException> { client.writeUtf8("d") }
            }
        }
    }

    test("reads that do not time out take no virtual time and leave no timer") {
        runTest {
            network {
                val (client, server) = pair()
                server.readTimeout = 30.seconds
                repeat(100) {
                    val reader = async(start = CoroutineStart.UNDISPATCHED) { server.readUtf8(1) }
                    client.writeUtf8("x")
                    reader.await()
                }
            }
            testScheduler.advanceUntilIdle()
            currentTime shouldBe 0
        }
    }

    test("blocking waits on registered threads take no real time") {
        runTest {
            network {
                val listener = listener()
                val accept = asyncBlocking("acceptor") {
                    shouldThrow<SocketTimeoutException> { listener.core.accept(Duration.ofMinutes(5)) }
                }
                accept.await()
                currentTime shouldBe 300_000
                blocking("sleeper") { clock.sleep(Duration.ofHours(1)) }
                currentTime shouldBe 3_900_000
            }
        }
    }

    test("a runnable registered thread holds timers back") {
        runTest {
            network {
                val (client, server) = pair()
                server.readTimeout = 1.milliseconds
                val rounds = 3_000
                val writer = asyncBlocking("writer") {
                    val one = ByteBuffer.allocate(1)
                    repeat(rounds) {
                        client.core.write(one.rewind())
                        client.core.read(one.rewind())
                    }
                }
                // The reader waits with a timeout of one millisecond while the thread is runnable.
                repeat(rounds) {
                    server.readUtf8(1)
                    server.write(ByteArray(1))
                }
                writer.await()
                currentTime shouldBe 0
            }
        }
    }

    test("the timeouts of several registered threads do not pass while they play ping-pong") {
        runTest {
            network {
                List(4) { lane ->
                    val (client, server) = pair()
                    client.readTimeout = 1.milliseconds
                    server.readTimeout = 1.milliseconds
                    listOf(client to server, server to client).mapIndexed { side, (end, _) ->
                        asyncBlocking("lane-$lane-$side") {
                            val one = ByteBuffer.allocate(1)
                            repeat(500) {
                                if (side == 0) end.core.write(one.rewind())
                                end.core.read(one.rewind())
                                if (side == 1) end.core.write(one.rewind())
                            }
                        }
                    }
                }.flatten().awaitAll()
                currentTime shouldBe 0
            }
        }
    }

    test("a wait on an unregistered thread fails with advice") {
        runTest {
            val expected = "would wait in a network whose clock is a coroutine test's scheduler, which cannot " +
                "know that it waits; run it in blocking(name) { }, or use the suspending form"
            val swallowed = runCatching {
                network {
                    val server = pair().server
                    shouldThrow<IllegalStateException> { server.core.read(ByteBuffer.allocate(1)) }.message shouldBe
                        "the thread \"${Thread.currentThread().name}\" $expected"
                    withContext(Dispatchers.Default) {
                        val refused = shouldThrow<IllegalStateException> { server.core.awaitReadable() }
                        refused.message!! shouldContain expected
                    }
                    lateinit var inThread: IllegalStateException
                    val thread = Thread(
                        { inThread = shouldThrow { server.core.read(ByteBuffer.allocate(1)) } },
                        "foreign",
                    )
                    thread.start()
                    thread.join()
                    inThread.message shouldBe "the thread \"foreign\" $expected"
                }
            }.exceptionOrNull()
            swallowed!!.message!! shouldStartWith "a wait was refused: the thread \"foreign\" $expected\n"
        }
    }

    test("a blocking call that need not wait works on any thread") {
        runTest {
            network {
                val (client, server) = pair()
                withContext(Dispatchers.IO) {
                    client.core.write(ByteBuffer.allocate(3))
                    server.core.read(ByteBuffer.allocate(8)) shouldBe 3
                }
            }
        }
    }

    test("a network on another dispatcher has the test's clock") {
        runTest {
            withContext(Dispatchers.Default) {
                network {
                    clock.shouldBeInstanceOf<SchedulerClock>()
                    val server = pair().server
                    server.readTimeout = 30.seconds
                    shouldThrow<SocketTimeoutException> { server.readLine() }
                    clock.nanoTime() shouldBe 30.seconds.inWholeNanoseconds
                }
            }
        }
    }

    test("timers run in the order of rounded-up instants, ties in the order of registration") {
        runTest {
            val clock = testScheduler.asNetworkClock()
            val ran = mutableListOf<String>()
            clock.schedule(2_000_000) { ran += "b at ${clock.nanoTime()}" }
            clock.schedule(2_000_000) { ran += "c at ${clock.nanoTime()}" }
            clock.schedule(1_000_001) { ran += "a at ${clock.nanoTime()}" }
            clock.schedule(500) { ran += "never" }.cancel()
            clock.schedule(-5) { ran += "past at ${clock.nanoTime()}" }
            ran shouldBe emptyList()
            testScheduler.advanceUntilIdle()
            ran shouldContainExactly listOf("past at 0", "a at 2000000", "b at 2000000", "c at 2000000")
        }
    }

    test("timers are held back while any registered thread can run") {
        val scheduler = TestCoroutineScheduler()
        val clock = scheduler.asNetworkClock()
        var fired = 0
        clock.schedule(1_000_000) { fired++ }
        repeat(2) { clock.threadRunnable() }
        scheduler.advanceUntilIdle()
        clock.threadWaiting()
        scheduler.advanceUntilIdle()
        fired shouldBe 0
        scheduler.currentTime shouldBe 0
        clock.threadWaiting()
        scheduler.advanceUntilIdle()
        fired shouldBe 1
        scheduler.currentTime shouldBe 1
    }

    test("a timer that makes a thread runnable holds back later timers of the same instant") {
        val scheduler = TestCoroutineScheduler()
        val clock = scheduler.asNetworkClock()
        val ran = mutableListOf<Int>()
        clock.schedule(1_000_000) {
            ran += 1
            clock.threadRunnable()
        }
        clock.schedule(1_000_000) { ran += 2 }
        scheduler.advanceUntilIdle()
        ran shouldContainExactly listOf(1)
        clock.threadWaiting()
        scheduler.advanceUntilIdle()
        ran shouldContainExactly listOf(1, 2)
    }

    test("an exception of an action reaches the thread's handler, and the clock continues") {
        val scheduler = TestCoroutineScheduler()
        val clock = scheduler.asNetworkClock()
        val thread = Thread.currentThread()
        val uncaught = mutableListOf<String?>()
        val previous = thread.uncaughtExceptionHandler
        thread.setUncaughtExceptionHandler { _, e -> uncaught += e.message }
        try {
            var ran = 0
            clock.schedule(1_000_000) { error("first") }
            clock.schedule(1_000_000) { ran++ }
            clock.schedule(2_000_000) { ran++ }
            scheduler.advanceUntilIdle()
            ran shouldBe 2
            uncaught shouldContainExactly listOf("first")
        } finally {
            thread.uncaughtExceptionHandler = previous
        }
    }

    test("concurrent schedules, cancels and counts lose no timer") {
        val scheduler = TestCoroutineScheduler()
        val clock = scheduler.asNetworkClock()
        val fired = java.util.concurrent.atomic.AtomicInteger()
        val threads = List(4) { id ->
            Thread {
                val random = java.util.Random(id.toLong())
                repeat(2_000) {
                    clock.threadRunnable()
                    clock.schedule(clock.nanoTime() + random.nextInt(5_000_000)) { fired.incrementAndGet() }
                    clock.schedule(clock.nanoTime() + random.nextInt(5_000_000)) { fired.addAndGet(1_000_000) }.cancel()
                    clock.threadWaiting()
                }
            }.apply { start() }
        }
        while (threads.any { it.isAlive }) {
            scheduler.advanceUntilIdle()
        }
        scheduler.advanceUntilIdle()
        // A timer may run just before it is cancelled. No other timer is lost or runs twice.
        fired.get() % 1_000_000 shouldBe 8_000
    }

    test("the time source and the clock follow the scheduler") {
        runTest {
            network {
                val mark = timeSource.markNow()
                delay(7.seconds)
                mark.elapsedNow() shouldBe 7.seconds
                clock.now() shouldBe VirtualClock.START.plusSeconds(7)
                clock.toString() shouldBe "coroutine test scheduler at 7s"
                clock.isVirtual shouldBe true
            }
        }
    }

    test("without a test scheduler the network runs on system time, and failures say so") {
        runBlocking {
            network {
                clock.shouldNotBeInstanceOf<SchedulerClock>()
                val started = timeSource.markNow()
                shouldThrow<AssertionError> {
                    pair().server.awaitReadable(limit = 2.milliseconds)
                }.message!! shouldContain
                    "clock: system clock, seed: "
                started.elapsedNow() shouldBeGreaterThan 1.milliseconds
            }
        }
    }

    test("a configured clock takes precedence") {
        runTest {
            val virtual = VirtualClock.manual()
            network(networkConfig { clock = virtual }) {
                val server = pair().server
                server.readTimeout = 500.microseconds
                val reader = launch { shouldThrow<SocketTimeoutException> { server.readLine() } }
                testScheduler.runCurrent()
                virtual.advanceTimeBy(500_000.nanoseconds.toJavaDuration())
                reader.join()
                currentTime shouldBe 0
            }
        }
    }
})
