package dev.nettest.dsl.internal

import kotlinx.coroutines.Job

/**
 * Prints which coroutines of the background go on long after the end of their test. Such a loop calls nothing of this
 * library, so [IgnoredCancellation] cannot end it, and the test never reports anything by itself.
 */
internal class EndCheck(private val background: Job, private val limitNanos: Long = CancelledCallCheck.LIMIT_NANOS) :
    MonitoredCheck() {
    private val thread = Thread.currentThread()
    private val start = System.nanoTime()
    private var isReported = false

    override fun check() {
        if (!isReported) {
            report()?.let {
                isReported = true
                System.err.println(it)
            }
        }
    }

    /** Null if nothing goes on, or the limit has not passed. */
    fun report(): String? {
        val going = background.children.filter { !it.isCompleted }.toList()
        if (System.nanoTime() - start < limitNanos || going.isEmpty()) {
            return null
        }
        val line = thread.stackTrace.firstOrNull { it.isOfUser }
        return "nettest: the test has ended, and its background still runs ten seconds later: ${going.joinToString()}" +
            (if (line == null) "" else "; the thread \"${thread.name}\" is at ${line.place()}") +
            "; a loop that catches exceptions must rethrow CancellationException"
    }
}
