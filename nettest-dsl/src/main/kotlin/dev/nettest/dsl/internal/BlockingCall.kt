package dev.nettest.dsl.internal

import dev.nettest.Network
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.withContext
import java.util.concurrent.CountDownLatch
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeUnit

/** Blocking code on a registered thread. */
internal class BlockingCall<T>(val name: String, private val block: () -> T) {
    private val outcome = CompletableDeferred<Result<T>>()
    private val ended = CountDownLatch(1)
    private var result: Deferred<T>? = null

    /** The thread that runs [block]; null before and after. Guarded by this. */
    private var thread: Thread? = null

    /** Guarded by this. */
    private var interrupted = false

    /** True while a coroutine waits for the result. */
    @Volatile
    var isForTest = false
        private set

    /** Runs [block] for the calling coroutine. */
    suspend fun run(core: Network, teardown: TestTeardown): T {
        isForTest = true
        execute(core, teardown)
        try {
            return awaitOutcome().getOrThrow()
        } finally {
            isForTest = false
            teardown.remove(this)
        }
    }

    /** Starts [block] in the background of [scope]. */
    fun start(scope: CoroutineScope, core: Network, teardown: TestTeardown): Deferred<T> {
        execute(core, teardown)
        // Not a child of the test's job: a thread that never ends must not delay the report of the test's failure.
        val owner = CoroutineScope(scope.coroutineContext + SupervisorJob())
        return owner.async(start = CoroutineStart.UNDISPATCHED) {
            awaitOutcome().onFailure(teardown::fail).getOrThrow()
        }.also {
            result = it
            it.invokeOnCompletion { teardown.remove(this) }
        }
    }

    private fun execute(core: Network, teardown: TestTeardown) {
        teardown.add(this)
        try {
            core.executor().execute(::runBlock)
        } catch (e: RejectedExecutionException) {
            teardown.remove(this)
            throw e
        }
    }

    private suspend fun awaitOutcome(): Result<T> = try {
        outcome.await()
    } catch (e: CancellationException) {
        interrupt()
        withContext(NonCancellable) { outcome.await() }
        throw e
    }

    private fun runBlock() {
        val current = Thread.currentThread()
        val previousName = current.name
        current.name = name
        val outcome = if (begin(current)) runCatching(block) else Result.failure(InterruptedException("cancelled"))
        end()
        current.name = previousName
        ended.countDown()
        this.outcome.complete(outcome)
    }

    @Synchronized
    private fun begin(current: Thread): Boolean {
        thread = current
        return !interrupted
    }

    /** Clears the interrupt, so that it does not reach the thread's next task. */
    @Synchronized
    private fun end() {
        thread = null
        Thread.interrupted()
    }

    @Synchronized
    fun interrupt() {
        interrupted = true
        thread?.interrupt()
    }

    /** Returns true if the thread ended before [deadline], a time of [System.nanoTime]. */
    fun awaitEnd(deadline: Long): Boolean = ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)

    /** Waits for the result. After [awaitEnd] returned true this takes at most a dispatch. */
    suspend fun join() {
        result?.join()
    }

    @Synchronized
    fun describe(): String {
        val place = thread?.stackTrace?.firstOrNull()
        return "blocking(\"$name\")" + if (place == null) "" else ", at $place,"
    }
}
