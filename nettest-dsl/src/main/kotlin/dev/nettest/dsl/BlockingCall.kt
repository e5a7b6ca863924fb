package dev.nettest.dsl

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
import java.util.concurrent.TimeUnit

/** Blocking code on a counted thread. */
internal class BlockingCall<T>(private val name: String, private val block: () -> T) {
    private val result = CompletableDeferred<Result<T>>()
    private val ended = CountDownLatch(1)

    /** Where it runs; null before and after. Guarded by this. */
    private var thread: Thread? = null

    /** Guarded by this. */
    private var interrupted = false

    fun start(scope: CoroutineScope, core: Network, ending: Ending): Deferred<T> {
        core.executor().execute(::run)
        // No child of the test's job: a thread that does not end must not keep the test from saying so.
        val owner = CoroutineScope(scope.coroutineContext + SupervisorJob())
        return owner.async(start = CoroutineStart.UNDISPATCHED) {
            val outcome = try {
                result.await()
            } catch (e: CancellationException) {
                interrupt()
                withContext(NonCancellable) { result.await() }
                throw e
            }
            outcome.onFailure(ending::fail).getOrThrow()
        }
    }

    private fun run() {
        val current = Thread.currentThread()
        val before = current.name
        current.name = name
        val outcome = if (begin(current)) runCatching(block) else Result.failure(InterruptedException("cancelled"))
        end()
        current.name = before
        ended.countDown()
        result.complete(outcome)
    }

    @Synchronized
    private fun begin(current: Thread): Boolean {
        thread = current
        return !interrupted
    }

    /** No interrupt reaches the thread's next task. */
    @Synchronized
    private fun end() {
        thread = null
        Thread.interrupted()
    }

    @Synchronized
    private fun interrupt() {
        interrupted = true
        thread?.interrupt()
    }

    /** Whether it ended before [deadline], of [System.nanoTime]. */
    fun awaitEnd(deadline: Long): Boolean = ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)

    @Synchronized
    fun describe(): String {
        val place = thread?.stackTrace?.firstOrNull()
        return "blocking(\"$name\")" + if (place == null) "" else ", at $place,"
    }
}
