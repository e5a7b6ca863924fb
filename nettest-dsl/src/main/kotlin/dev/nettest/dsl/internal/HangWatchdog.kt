package dev.nettest.dsl.internal

import dev.nettest.Network
import dev.nettest.NetworkClock
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration

/**
 * Fails a test if one of its operations without a timeout waits longer than [limit], on the network's clock.
 *
 * [HangMonitor] calls [check] now and then, in real time. On a test scheduler the oldest wait then has a timer of the
 * background: virtual time reaches it only if nothing else can happen. It is not there while a coroutine
 * of the test runs on a dispatcher of real threads, because the scheduler does not know what such a coroutine does.
 */
internal class HangWatchdog private constructor(
    private val core: Network,
    private val limit: Duration,
    private val teardown: TestTeardown,
) : MonitoredCheck() {
    private val clock = core.clock()
    private val scheduler = core.schedulerClock

    /** The waits that the last check found, and when each was first found. Guarded by this. */
    private var waits = emptyMap<Any, Long>()

    /** Guarded by this. */
    private var timer: NetworkClock.Timer? = null

    /** Guarded by this. */
    private var stopped = false

    fun stop() {
        HangMonitor.remove(this)
        synchronized(this) {
            stopped = true
            timer?.cancel()
        }
    }

    /** Looks which operations wait, and fails the test if one has reached the limit. */
    override fun check() {
        if (isLimitReached()) {
            val reason = if (scheduler == null) "nothing happened for $limit" else "nothing more can happen"
            teardown.fail(core.hang((teardown.cancelledWaits() + reason).joinToString("\n")))
        }
    }

    @Synchronized
    private fun isLimitReached(): Boolean {
        timer?.cancel()
        timer = null
        if (stopped || scheduler?.isAnyThreadRunnable == true) {
            return false
        }
        val oldest = oldestWait() ?: return false
        val deadline = oldest + limit.inWholeNanoseconds
        if (clock.nanoTime() >= deadline) {
            return true
        }
        timer = scheduler?.scheduleInBackground(deadline, ::check)
        return false
    }

    /** When the oldest wait was first found. Null if nothing of the test waits, or real threads may end its wait. */
    private fun oldestWait(): Long? {
        val (coroutines, threads) = unlimitedWaits(core)
        val ofTest = coroutines.filter { it.job == null || !teardown.isBackground(it.job) }.map { it.continuation } +
            threads.filter(teardown::isBlockingForTest)
        val now = clock.nanoTime()
        waits = ofTest.associateWith { waits[it] ?: now }
        val waitingJobs = coroutines.mapNotNullTo(HashSet()) { it.job }
        return if (runsOnRealThreads(waitingJobs)) null else waits.values.minOrNull()
    }

    private fun runsOnRealThreads(waiting: Set<Job>): Boolean = teardown.leaves().any { leaf ->
        val dispatcher = (leaf as? CoroutineScope)?.coroutineContext?.get(ContinuationInterceptor)
        dispatcher != null && leaf !in waiting && scheduler?.runs(dispatcher) == false &&
            dispatcher != teardown.dispatcher
    }

    companion object {
        fun checkLimit(limit: Duration): Unit =
            require(limit.isPositive()) { "hangLimit is not positive: $limit; Duration.INFINITE is no limit" }

        /** Returns null if there is no limit, or if only the test knows how its clock moves. */
        fun start(core: Network, limit: Duration, teardown: TestTeardown): HangWatchdog? {
            if (limit.isInfinite() || (core.clock().isVirtual && core.schedulerClock == null)) {
                return null
            }
            return HangWatchdog(core, limit, teardown).also(HangMonitor::add)
        }
    }
}
