package dev.nettest.dsl

import dev.nettest.Network
import dev.nettest.NetworkConfig
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.CoroutineContext

/**
 * Opens a network that [NetworkHandle.close] ends, for tests that are set up in one place and closed in another. It runs on the
 * dispatcher and the clock of the caller's context, see [network], but is no part of its job.
 */
public suspend fun openNetwork(seed: Long? = null, config: NetworkConfig = checkedConfig()): NetworkHandle {
    val context = currentCoroutineContext()
    val job = Job()
    return NetworkHandle(newNetwork(context, seed, config), context.minusKey(Job) + Quiet, job)
}

/** A failure is kept by the job, for the close to throw. */
private val Quiet = CoroutineExceptionHandler { _, _ -> }

/** A network that stays open until [close]; otherwise as the scope of [network]. */
public class NetworkHandle internal constructor(
    core: Network,
    context: CoroutineContext,
    private val job: CompletableJob,
) :
    NetworkScope(core, context + job, Ending(core, job)) {
    private val closed = AtomicBoolean()

    @Volatile
    private var failure: Throwable? = null

    init {
        job.invokeOnCompletion { failure = it }
    }

    /**
     * Ends the network as the end of [network] does: awaits what was launched, cancels background work, closes every socket, awaits
     * all of them, and throws the first failure of any of it, or of the checks. Only the first call does.
     *
     * @param testFailure what the test failed with, if it did: then nothing is awaited that is not cancelled, and nothing thrown;
     *   what there is to say is attached to it as suppressed exceptions
     */
    public suspend fun close(testFailure: Throwable? = null) {
        if (!closed.compareAndSet(false, true)) {
            return
        }
        try {
            if (testFailure == null) {
                ending.joinForeground()
            } else {
                job.cancel(null)
            }
        } finally {
            ending.leave()
            job.complete()
            withContext(NonCancellable) { job.join() }
        }
        val own = failure?.takeUnless { it is CancellationException }
        when {
            testFailure != null -> {
                own?.let(testFailure::addSuppressed)
                ending.explain(testFailure)
            }

            own != null -> {
                ending.explain(own)
                throw own
            }

            else -> ending.check()
        }
    }
}
