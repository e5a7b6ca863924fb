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
 * How the work on a network ends. Two children of the test's job stand for it: [background], over all background coroutines, and
 * [release], which ends when the network is shut down, and shuts it down when the test's job is cancelled, so that nothing
 * that blocks in the network can hold up the end of a test that has failed.
 */
internal class Ending(private val core: Network, private val parent: Job) {
    private val background = SupervisorJob(parent)
    private val release: CompletableJob = Job(parent)
    private val calls = ConcurrentLinkedQueue<BlockingCall<*>>()
    private val survived = ConcurrentLinkedQueue<Throwable>()
    private val late = ConcurrentLinkedQueue<Throwable>()

    @Volatile
    private var over = false

    private val uncaught = CoroutineExceptionHandler { _, failure -> fail(failure) }

    init {
        release.invokeOnCompletion {
            over = true
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

    /** Something went wrong that a server would have lived with. */
    fun survived(failure: Throwable) {
        if (!over) {
            survived += failure
        }
    }

    /** Background work failed. What is thrown because the network ended is no failure. */
    fun fail(failure: Throwable) {
        if (over && failure.isByEnd()) {
            return
        }
        if (!release.completeExceptionally(failure)) {
            late += failure
        }
    }

    private fun Throwable.isByEnd(): Boolean = generateSequence(this) { it.cause }.take(CAUSES)
        .any { it is IOException || it is InterruptedException || it is CancellationException }

    /** Waits for what was launched in the scope. */
    suspend fun joinForeground() {
        while (true) {
            val foreground = parent.children.filter { it !== background && it !== release }.toList()
            if (foreground.isEmpty()) {
                return
            }
            foreground.joinAll()
        }
    }

    /** Cancels what is in the background and frees whoever waits in the network. Does not wait for them. */
    fun leave() {
        over = true
        background.cancel(null)
        release.complete()
    }

    /** All coroutines have ended: waits for the threads, then throws what there is to say. */
    suspend fun check() {
        awaitThreads()
        late.poll()?.let { throw it }
        try {
            core.close()
        } catch (e: AssertionError) {
            survived.forEach(e::addSuppressed)
            throw e
        }
    }

    /** [failure] is what the test failed with; all else that is known is attached to it. */
    suspend fun explain(failure: Throwable) {
        core.shutdown()
        core.explain(failure)
        try {
            awaitThreads()
        } catch (e: AssertionError) {
            failure.addSuppressed(e)
        }
        (late + survived).filter { it !== failure && it !in failure.suppressed }.forEach(failure::addSuppressed)
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
        /** Real time: a thread that was interrupted and whose sockets were closed needs very little of it. */
        const val THREADS_LIMIT_NANOS = 10_000_000_000L

        /** No chain of causes that is longer says anything. */
        const val CAUSES = 16
    }
}
