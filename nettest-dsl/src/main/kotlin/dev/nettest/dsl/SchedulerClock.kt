package dev.nettest.dsl

import dev.nettest.NetworkClock
import dev.nettest.VirtualClock
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.withContext
import java.time.Instant
import java.util.PriorityQueue
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.nanoseconds

/**
 * The virtual time of a coroutine test as a network's clock.
 *
 * The time is the scheduler's, in whole milliseconds; the instants of timers are rounded up. It moves when the
 * scheduler moves it: in `runTest` as soon as no coroutine of the test can run. Timers run on the scheduler's thread,
 * in the order of their instants, and at the same instant in the order of registration.
 *
 * Threads of the network's executor and of [NetworkScope.blocking] are registered. While one of them can run, no timer
 * of this clock is with the scheduler, so time cannot move to it. Other timers, such as those of `delay` or
 * `withTimeout`, still run. Any other thread that would wait in the network gets an [IllegalStateException], because
 * the clock cannot know that it waits. Coroutines on other dispatchers are not registered: time may pass while they
 * run.
 */
@OptIn(ExperimentalCoroutinesApi::class)
public class SchedulerClock(private val scheduler: TestCoroutineScheduler) : NetworkClock {
    private class Entry(val instant: Long, val number: Long, val action: Runnable)

    /** The only coroutine that is with the scheduler, for the earliest timer. */
    private class WakeUp(val millis: Long) {
        var job: Job? = null
    }

    private val lock = ReentrantLock()
    private val timers = PriorityQueue(compareBy<Entry> { it.instant }.thenBy { it.number })
    private val undispatched = CoroutineScope(UnconfinedTestDispatcher(scheduler))
    private val dispatched = CoroutineScope(StandardTestDispatcher(scheduler))
    private var scheduled = 0L
    private var runnable = 0
    private var changes = 0L
    private var running = false
    private var wakeUp: WakeUp? = null

    override fun nanoTime(): Long = scheduler.currentTime * NANOS_PER_MILLI

    override fun now(): Instant = VirtualClock.START.plusNanos(nanoTime())

    override fun schedule(instant: Long, action: Runnable): NetworkClock.Timer = lock.withLock {
        val entry = Entry(instant, scheduled++, action)
        timers.add(entry)
        arm()
        NetworkClock.Timer { remove(entry) }
    }

    private fun remove(entry: Entry): Unit = lock.withLock {
        if (timers.remove(entry)) {
            arm()
        }
    }

    override fun isVirtual(): Boolean = true

    override fun checkMayWait(counted: Boolean) {
        check(counted) {
            "the thread \"${Thread.currentThread().name}\" would wait in a network whose clock is a coroutine test's " +
                "scheduler, which cannot know that it waits; run it in blocking(name) { }, or use the suspending form"
        }
    }

    override fun threadRunnable(): Unit = lock.withLock {
        runnable++
        changes++
        arm()
    }

    override fun threadWaiting(): Unit = lock.withLock {
        runnable--
        changes++
        arm()
    }

    /** Makes the scheduler's wake-up match the earliest timer. The lock is held. */
    private fun arm() {
        val first = if (runnable > 0 || running) null else timers.peek()
        val millis = first?.let { -Math.floorDiv(-it.instant.coerceAtLeast(0), NANOS_PER_MILLI) }
        val armed = wakeUp
        if (armed?.millis != millis) {
            wakeUp = null
            armed?.job?.cancel(null)
            if (millis != null) {
                wakeUp = WakeUp(millis).also(::register)
            }
        }
    }

    private fun register(wakeUp: WakeUp) {
        while (true) {
            val now = scheduler.currentTime
            val distance = wakeUp.millis - now
            if (distance <= 0) {
                wakeUp.job = dispatched.launch { wake(wakeUp) }
                return
            }
            // Starts here, so that the scheduler has the delay on return. A cancellation needs no dispatch.
            val job = undispatched.launch(start = CoroutineStart.UNDISPATCHED) {
                delay(distance)
                wake(wakeUp)
            }
            wakeUp.job = job
            if (scheduler.currentTime == now) {
                return
            }
            job.cancel(null) // the scheduler's time moved meanwhile, so the delay would end late
        }
    }

    /** Runs due timers in order, until one of them makes a registered thread runnable. */
    private fun wake(by: WakeUp) {
        lock.withLock {
            if (wakeUp !== by) {
                return // was cancelled concurrently
            }
            wakeUp = null
            running = true
        }
        try {
            while (true) {
                (pollDue() ?: break).action.run()
            }
        } finally {
            lock.withLock {
                running = false
                arm()
            }
        }
    }

    private fun pollDue(): Entry? = lock.withLock {
        timers.peek()?.takeIf { runnable == 0 && it.instant <= nanoTime() }?.also { timers.poll() }
    }

    /**
     * Returns when [untilIdle] returns at once and no coroutine of the scheduler can run at the current time, both at
     * the same moment. Runs those coroutines, in the scheduler's order.
     */
    internal suspend fun awaitIdle(untilIdle: suspend () -> Unit): Unit =
        withContext(dispatched.coroutineContext.minusKey(Job)) {
            do {
                untilIdle()
                val before = lock.withLock { changes }
                scheduler.runCurrent()
            } while (lock.withLock { runnable > 0 || changes != before })
        }

    override fun toString(): String = "coroutine test scheduler at ${nanoTime().nanoseconds}"

    internal companion object {
        private const val NANOS_PER_MILLI = 1_000_000L

        fun of(context: CoroutineContext): SchedulerClock? = context[TestCoroutineScheduler]?.let(::SchedulerClock)
    }
}
