package dev.nettest.dsl.internal

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.LockSupport

/**
 * Checks all watchdogs now and then. Its thread starts with the first watchdog and ends when it has been unused for a
 * while. A network that ends within the first period costs nothing but its place in the set.
 */
internal object HangMonitor {
    private const val PERIOD_NANOS = 50_000_000L

    /** The share of time that the checks of a large network may take: one part in this many. */
    private const val SHARE = 20

    /** How many periods the thread stays without a watchdog. */
    private const val IDLE_PERIODS = 40

    private val watchdogs = ConcurrentHashMap.newKeySet<HangWatchdog>()
    private val running = AtomicBoolean()

    fun add(watchdog: HangWatchdog) {
        watchdog.nextCheckNanos = System.nanoTime() + PERIOD_NANOS
        watchdogs.add(watchdog)
        start()
    }

    fun remove(watchdog: HangWatchdog) {
        watchdogs.remove(watchdog)
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
                idle = if (watchdogs.isEmpty()) idle + 1 else 0
                for (watchdog in watchdogs) {
                    checkIfDue(watchdog)
                }
            }
            running.set(false)
            if (watchdogs.isNotEmpty()) {
                HangMonitor.start() // one was added meanwhile
            }
        }

        private fun checkIfDue(watchdog: HangWatchdog) {
            val start = System.nanoTime()
            if (start - watchdog.nextCheckNanos >= 0) {
                watchdog.check()
                val end = System.nanoTime()
                watchdog.nextCheckNanos = end + maxOf(PERIOD_NANOS, (end - start) * SHARE)
            }
        }
    }
}
