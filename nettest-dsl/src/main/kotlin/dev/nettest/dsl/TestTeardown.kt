package dev.nettest.dsl

import dev.nettest.Network
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.withContext
import java.io.IOException
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext

/**
 * Ends the work on a network. It uses two children of the test's job. [background] is the parent of all background
 * coroutines. [shutdown] shuts the network down when it completes. If the test's job is cancelled, [shutdown] completes
 * too, so that nothing blocked in the network delays the end of a failed test.
 */
internal class TestTeardown(private val core: Network, private val parent: Job) {
    private val background = SupervisorJob(parent)
    private val shutdown: CompletableJob = Job(parent)
    private val calls = ConcurrentLinkedQueue<BlockingCall<*>>()
    private val tolerated = ConcurrentLinkedQueue<Throwable>()
    private val late = ConcurrentLinkedQueue<Throwable>()

    @Volatile
    private var ending = false

    private val uncaught = CoroutineExceptionHandler { _, failure -> fail(failure) }

    init {
        shutdown.invokeOnCompletion {
            ending = true
            core.shutdown()
        }
    }

    fun backgroundContext(of: CoroutineContext): CoroutineContext = of + background + uncaught

    fun <T> startBlocking(scope: CoroutineScope, name: String, block: () -> T): Deferred<T> {
        val call = BlockingCall(name, block)
        val result = call.start(scope, core, this)
        calls += call
        return result
    }

    /** Records a failure that a server survives. It is attached to the failure of the test, if the test fails. */
    fun tolerate(failure: Throwable) {
        if (!ending) {
            tolerated += failure
        }
    }

    /** Fails the test because background work failed. Exceptions caused by the shutdown are ignored. */
    fun fail(failure: Throwable) {
        if (ending && failure.isCausedByShutdown()) {
            return
        }
        if (!shutdown.completeExceptionally(failure)) {
            late += failure
        }
    }

    private fun Throwable.isCausedByShutdown(): Boolean = generateSequence(this) { it.cause }.take(CAUSES)
        .any { it is IOException || it is InterruptedException || it is CancellationException }

    /** Waits for the coroutines that were launched in the scope. */
    suspend fun joinForeground() {
        while (true) {
            val foreground = parent.children.filter { it !== background && it !== shutdown }.toList()
            if (foreground.isEmpty()) {
                return
            }
            foreground.joinAll()
        }
    }

    /** Cancels the background work and shuts the network down, without waiting for coroutines or threads. */
    fun begin() {
        ending = true
        background.cancel(null)
        shutdown.complete()
    }

    /** Waits for the threads after all coroutines have ended, then throws late failures and failed checks. */
    suspend fun check() {
        awaitThreads()
        late.poll()?.let { throw it }
        try {
            core.close()
        } catch (e: AssertionError) {
            tolerated.forEach(e::addSuppressed)
            throw e
        }
    }

    /** Attaches everything else that is known to [failure], the failure of the test. */
    suspend fun explain(failure: Throwable) {
        core.shutdown()
        core.explain(failure)
        try {
            awaitThreads()
        } catch (e: AssertionError) {
            failure.addSuppressed(e)
        }
        (late + tolerated).filter { it !== failure && it !in failure.suppressed }.forEach(failure::addSuppressed)
    }

    private suspend fun awaitThreads() {
        val deadline = System.nanoTime() + THREADS_LIMIT_NANOS
        val (ended, stuck) = calls.partition { it.awaitEnd(deadline) }
        withContext(NonCancellable) { ended.forEach { it.join() } }
        if (stuck.isNotEmpty()) {
            throw AssertionError(
                stuck.joinToString("\n", postfix = "\nclock: ${core.clock()}, seed: ${core.seed()}") {
                    "${it.describe()} is still running ten seconds after the network was closed"
                },
            )
        }
    }

    private companion object {
        /** Real time. A thread that was interrupted and whose sockets were closed needs very little of it. */
        const val THREADS_LIMIT_NANOS = 10_000_000_000L

        /** Limits the walk along the causes, which may form a cycle. */
        const val CAUSES = 16
    }
}
