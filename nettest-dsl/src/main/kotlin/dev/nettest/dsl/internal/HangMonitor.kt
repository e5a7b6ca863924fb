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

    /** When each watchdog is checked next, as a time of [System.nanoTime]. */
    private val watchdogs = ConcurrentHashMap<HangWatchdog, Long>()
    private val running = AtomicBoolean()

    fun add(watchdog: HangWatchdog) {
        watchdogs[watchdog] = System.nanoTime() + PERIOD_NANOS
        start()
    }

    fun remove(watchdog: HangWatchdog) {
        watchdogs.remove(watchdog)
    }

    private fun start() {
        if (!running.get() && running.compareAndSet(false, true)) {
            Thread(::run, "nettest-hang-monitor").apply { isDaemon = true }.start()
        }
    }

    private fun run() {
        var idle = 0
        while (idle < IDLE_PERIODS) {
            LockSupport.parkNanos(this, PERIOD_NANOS)
            idle = if (watchdogs.isEmpty()) idle + 1 else 0
            watchdogs.forEach(::checkIfDue)
        }
        running.set(false)
        if (watchdogs.isNotEmpty()) {
            start() // one was added meanwhile
        }
    }

    private fun checkIfDue(watchdog: HangWatchdog, due: Long) {
        val start = System.nanoTime()
        if (start >= due) {
            watchdog.check()
            val end = System.nanoTime()
            watchdogs.replace(watchdog, end + maxOf(PERIOD_NANOS, (end - start) * SHARE))
        }
    }
}
