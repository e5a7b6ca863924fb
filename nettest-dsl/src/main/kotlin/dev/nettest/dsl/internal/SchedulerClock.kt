package dev.nettest.dsl.internal

import dev.nettest.NetworkClock
import dev.nettest.VirtualClock
import dev.nettest.dsl.asNetworkClock
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.TestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.withContext
import java.time.Instant
import java.util.PriorityQueue
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration.Companion.nanoseconds

/** The clock of [asNetworkClock]. */
@OptIn(ExperimentalCoroutinesApi::class)
internal class SchedulerClock(private val scheduler: TestCoroutineScheduler) : NetworkClock {
    private class Entry(val instant: Long, val number: Long, val action: Runnable)

    /** The only coroutine that a queue has with the scheduler, for its earliest timer. */
    private class WakeUp(val millis: Long) {
        var job: Job? = null
    }

    private val lock = ReentrantLock()
    private val foreground = Timers(EmptyCoroutineContext)

    /** The timers that `advanceUntilIdle` of the test does not run; null until there is one. */
    private var background: Timers? = null
    private var scheduled = 0L
    private var runnable = 0
    private var changes = 0L

    override fun nanoTime(): Long = scheduler.currentTime * NANOS_PER_MILLI

    override fun now(): Instant = VirtualClock.START.plusNanos(nanoTime())

    override fun schedule(instant: Long, action: Runnable): NetworkClock.Timer = foreground.schedule(instant, action)

    /** Like [schedule], but the timer is no work of the test: only an idle test reaches it. */
    fun scheduleInBackground(instant: Long, action: Runnable): NetworkClock.Timer {
        val timers = lock.withLock {
            background ?: Timers(TestScope(scheduler).backgroundScope.coroutineContext.minusKey(Job))
                .also { background = it }
        }
        return timers.schedule(instant, action)
    }

    /** True if coroutines on [dispatcher] run when the scheduler says so. */
    fun runs(dispatcher: ContinuationInterceptor): Boolean = dispatcher is TestDispatcher

    val isAnyThreadRunnable: Boolean get() = lock.withLock { runnable > 0 }

    override fun isVirtual(): Boolean = true

    override fun checkMayWait(counted: Boolean) {
        check(counted) {
            "the thread \"${Thread.currentThread().name}\" would wait in a network whose clock is a coroutine test's " +
                "scheduler, which cannot know that it waits; run it in blocking(name) { }, or use the suspending form"
        }
    }

    override fun threadRunnable(): Unit = count(1)

    override fun threadWaiting(): Unit = count(-1)

    private fun count(change: Int): Unit = lock.withLock {
        runnable += change
        changes++
        foreground.arm()
        background?.arm()
    }

    /**
     * Returns when [untilIdle] returns at once and no coroutine of the scheduler can run at the current time, both at
     * the same moment. Runs those coroutines, in the scheduler's order.
     */
    suspend fun awaitIdle(untilIdle: suspend () -> Unit): Unit = withContext(StandardTestDispatcher(scheduler)) {
        do {
            untilIdle()
            val before = lock.withLock { changes }
            scheduler.runCurrent()
        } while (lock.withLock { runnable > 0 || changes != before })
    }

    /** A queue of timers whose earliest is with the scheduler, in coroutines with [context]. */
    private inner class Timers(context: CoroutineContext) {
        private val undispatched = CoroutineScope(context + UnconfinedTestDispatcher(scheduler))
        private val dispatched = CoroutineScope(context + StandardTestDispatcher(scheduler))
        private val queue = PriorityQueue(compareBy<Entry> { it.instant }.thenBy { it.number })
        private var running = false
        private var wakeUp: WakeUp? = null

        fun schedule(instant: Long, action: Runnable): NetworkClock.Timer = lock.withLock {
            val entry = Entry(instant, scheduled++, action)
            queue.add(entry)
            arm()
            NetworkClock.Timer { remove(entry) }
        }

        private fun remove(entry: Entry): Unit = lock.withLock {
            if (queue.remove(entry)) {
                arm()
            }
        }

        /** Makes the scheduler's wake-up match the earliest timer. The lock is held. */
        fun arm() {
            val first = if (runnable > 0 || running) null else queue.peek()
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
                    run((pollDue() ?: break).action)
                }
            } finally {
                lock.withLock {
                    running = false
                    arm()
                }
            }
        }

        /** An exception ends neither the clock nor the other timers. */
        private fun run(action: Runnable) {
            try {
                action.run()
            } catch (e: Throwable) {
                val thread = Thread.currentThread()
                thread.uncaughtExceptionHandler.uncaughtException(thread, e)
            }
        }

        private fun pollDue(): Entry? = lock.withLock {
            queue.peek()?.takeIf { runnable == 0 && it.instant <= nanoTime() }?.also { queue.poll() }
        }
    }

    override fun toString(): String = "coroutine test scheduler at ${nanoTime().nanoseconds}"

    companion object {
        private const val NANOS_PER_MILLI = 1_000_000L

        fun of(context: CoroutineContext): SchedulerClock? = context[TestCoroutineScheduler]?.let(::SchedulerClock)
    }
}
