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
 * Its time is the scheduler's, in whole milliseconds; an instant within one is rounded up. It moves when the scheduler moves it: in
 * `runTest` as soon as no coroutine of the test can run. Timers run on the thread of the scheduler, in the order of their instants
 * and, at the same instant, in the order in which they were scheduled.
 *
 * Threads of the network's executor, and so of [NetworkScope.blocking], are counted. While one of them can run, no timer of this
 * clock is with the scheduler, which therefore cannot move on to it; timers of others, such as a `delay` or a `withTimeout`, are
 * not held back. Any other thread that would wait in the network gets an [IllegalStateException], because the clock could not
 * know of it. Coroutines on dispatchers of their own are not counted either: time may pass while they run.
 */
@OptIn(ExperimentalCoroutinesApi::class)
public class SchedulerClock(private val scheduler: TestCoroutineScheduler) : NetworkClock {
    private class Entry(val instant: Long, val number: Long, val action: Runnable)

    /** The one coroutine that is with the scheduler, for the earliest timer. */
    private class WakeUp(val millis: Long) {
        var job: Job? = null
    }

    private val lock = ReentrantLock()
    private val timers = PriorityQueue(compareBy<Entry> { it.instant }.thenBy { it.number })
    private val later = CoroutineScope(UnconfinedTestDispatcher(scheduler))
    private val soon = CoroutineScope(StandardTestDispatcher(scheduler))
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

    /** Has exactly the wake-up with the scheduler that should be there. The lock is held. */
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
                wakeUp.job = soon.launch { wake(wakeUp) }
                return
            }
            // Begins in here, so that the scheduler has it when this returns; ends without a dispatch when it is cancelled.
            val job = later.launch(start = CoroutineStart.UNDISPATCHED) {
                delay(distance)
                wake(wakeUp)
            }
            wakeUp.job = job
            if (scheduler.currentTime == now) {
                return
            }
            job.cancel(null) // the scheduler moved on meanwhile, and would be late
        }
    }

    /** Runs what is due, in order, until a timer makes a counted thread runnable. */
    private fun wake(by: WakeUp) {
        lock.withLock {
            if (wakeUp !== by) {
                return // taken back just now
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
     * Returns when [untilIdle] has nothing to wait for and no coroutine of the scheduler can run at this moment of its time, both at
     * once. Runs those coroutines, in the scheduler's order.
     */
    internal suspend fun awaitIdle(untilIdle: suspend () -> Unit): Unit =
        withContext(soon.coroutineContext.minusKey(Job)) {
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
