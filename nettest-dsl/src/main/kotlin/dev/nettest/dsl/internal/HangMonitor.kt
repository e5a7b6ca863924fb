package dev.nettest.dsl.internal

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.LockSupport

/** Something that [HangMonitor] checks now and then, in real time. */
internal abstract class MonitoredCheck {
    /** When this is checked next, as a time of [System.nanoTime]. Only the monitor uses it after the start. */
    var nextCheckNanos = 0L

    abstract fun check()
}

/**
 * Runs all checks now and then. Its thread starts with the first check and ends when it has been unused for a
 * while. A network that ends within the first period costs nothing but its place in the set.
 */
internal object HangMonitor {
    private const val PERIOD_NANOS = 50_000_000L

    /** The share of time that the checks of a large network may take: one part in this many. */
    private const val SHARE = 20

    /** How many periods the thread stays without a check. */
    private const val IDLE_PERIODS = 40

    private val checks = ConcurrentHashMap.newKeySet<MonitoredCheck>()
    private val running = AtomicBoolean()

    fun add(check: MonitoredCheck) {
        check.nextCheckNanos = System.nanoTime() + PERIOD_NANOS
        checks.add(check)
        start()
    }

    fun remove(check: MonitoredCheck) {
        checks.remove(check)
    }

    private fun start() {
        if (!running.get() && running.compareAndSet(false, true)) {
            Monitor().start()
        }
    }

    private class Monitor : Thread("nettest-hang-monitor") {
        init {
            isDaemon = true
        }

        override fun run() {
            var idle = 0
            while (idle < IDLE_PERIODS) {
                LockSupport.parkNanos(this, PERIOD_NANOS)
                idle = if (checks.isEmpty()) idle + 1 else 0
                for (check in checks) {
                    checkIfDue(check)
                }
            }
            running.set(false)
            if (checks.isNotEmpty()) {
                HangMonitor.start() // one was added meanwhile
            }
        }

        private fun checkIfDue(check: MonitoredCheck) {
            val start = System.nanoTime()
            if (start - check.nextCheckNanos >= 0) {
                check.check()
                val end = System.nanoTime()
                check.nextCheckNanos = end + maxOf(PERIOD_NANOS, (end - start) * SHARE)
            }
        }
    }
}
