package dev.nettest.dsl.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.CoroutineContext

/**
 * Tells [report] of the failures that a [Deferred] of the background keeps: its supervisor is not told. A context is
 * the only thing that all coroutine builders pass on, so each coroutine is found when it starts.
 */
internal class KeptFailures(private val background: Job, private val report: (Throwable) -> Unit) :
    ThreadContextElement<Unit> {
    private val watched = ConcurrentHashMap.newKeySet<Job>()

    override val key: CoroutineContext.Key<*> get() = Key

    override fun updateThreadContext(context: CoroutineContext) {
        val job = context[Job]
        if (job is Deferred<*> && job.parent === background && watched.add(job)) {
            job.invokeOnCompletion { failure ->
                watched.remove(job)
                if (failure != null && failure !is CancellationException) {
                    report(failure)
                }
            }
        }
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Unit): Unit = Unit

    private object Key : CoroutineContext.Key<KeptFailures>
}
