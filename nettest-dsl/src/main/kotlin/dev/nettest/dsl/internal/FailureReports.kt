package dev.nettest.dsl.internal

import dev.nettest.Network
import kotlinx.coroutines.CancellationException
import java.net.SocketTimeoutException
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** Attaches the report of a network to the first failure of its test, once and before the network is shut down. */
internal class FailureReports(private val core: Network, private val startNanos: Long) {
    private val first = AtomicReference<Throwable?>()

    /** The failure that stands for a cancellation from outside; null if there was none. */
    @Volatile
    var stop: Throwable? = null
        private set

    /** Adds the report to [failure], if it is the first one. */
    fun add(failure: Throwable) {
        if (first.compareAndSet(null, failure)) {
            core.explain(failure)
            addHint(failure)
        }
    }

    /** Adds the report to the failure that cancelled the test's job. A job that was only cancelled has a [stop]. */
    fun addToRoot(cause: Throwable) {
        val root = generateSequence(cause) { it.cause }.take(CAUSES).firstOrNull { it !is CancellationException }
        if (root == null && first.get() == null) {
            add(AssertionError("the test was stopped before its end: ${cause.message}", cause).also { stop = it })
        } else {
            add(root ?: cause)
        }
    }

    private fun addHint(failure: Throwable) {
        val waited = (core.clock().nanoTime() - startNanos).nanoseconds
        if (!core.clock().isVirtual && waited >= LONG_WAIT && failure.mayBeOfTimeout) {
            failure.addSuppressed(RealTimeHint(waited))
        }
    }

    private val Throwable.mayBeOfTimeout: Boolean
        get() = this is SocketTimeoutException || this is CancellationException || this is AssertionError

    private companion object {
        /** A test on virtual time takes less real time than the shortest usual timeout. */
        val LONG_WAIT = 1.seconds

        /** Limits the walk along the causes, which may form a cycle. */
        const val CAUSES = 16
    }
}

/** Suppressed in the failure of a test that may have waited in vain. */
internal class RealTimeHint(waited: Duration) :
    Exception(
        "the network ran on real time for ${waited.inWholeSeconds} s; on the virtual time of runTest, " +
            "or of Kotest with coroutineTestScope = true, its timeouts take no time",
        null,
        false,
        false,
    )
