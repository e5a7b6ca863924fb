package dev.nettest.dsl.internal

import dev.nettest.Network
import dev.nettest.Snapshot
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
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

    /** Tells the line that called `blocking` or `asyncBlocking`. */
    private var caller: () -> StackTraceElement? = { null }

    /** The thread that runs [block]; null before and after. Guarded by this. */
    private var thread: Thread? = null

    /** Guarded by this. */
    private var interrupted = false

    /** True while a coroutine waits for the result. */
    @Volatile
    var isForTest = false
        private set

    /** True if the block was interrupted and has not ended. */
    @get:Synchronized
    val isInterrupted: Boolean get() = interrupted && thread != null

    /** Runs [block] for the calling coroutine. */
    suspend fun run(core: Network, teardown: TestTeardown): T {
        val continuation = currentContinuation()
        caller = continuation::callerLine // its lines do not change while it waits
        isForTest = true
        try {
            execute(core, teardown)
            return awaitOutcome(core, teardown).getOrThrow()
        } catch (e: Throwable) {
            return if (continuation.context[Job]?.isActive == false) fail(e) else throw e
        } finally {
            isForTest = false
            teardown.remove(this)
        }
    }

    /** Starts [block] in the background of [scope]. */
    fun start(scope: CoroutineScope, core: Network, teardown: TestTeardown): Deferred<T> {
        val line = lineOfThisThread()
        caller = { line }
        execute(core, teardown)
        // Not a child of the test's job: a thread that never ends must not delay the report of the test's failure.
        val owner = CoroutineScope(scope.coroutineContext + SupervisorJob())
        return owner.async(start = CoroutineStart.UNDISPATCHED) {
            awaitOutcome(core, teardown).onFailure(teardown::fail).getOrThrow()
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

    private suspend fun awaitOutcome(core: Network, teardown: TestTeardown): Result<T> = try {
        outcome.await()
    } catch (e: CancellationException) {
        interrupt()
        val check = CancelledCallCheck(this, core, teardown)
        HangMonitor.add(check)
        withContext(NonCancellable) { outcome.await() }
        HangMonitor.remove(check)
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

    /** Lets the waiting coroutine go on although the thread is in [block]. */
    fun abandon(reason: Throwable) {
        outcome.complete(Result.failure(reason))
    }

    /** True if [waiter] is the thread of this call. */
    fun isIn(waiter: Snapshot.Waiter): Boolean = waiter.name() == "thread \"$name\""

    /** The call and its line, as the start of a sentence. */
    fun describe(): String {
        val line = caller()
        return "blocking(\"$name\")" + if (line == null) "" else ", called at ${line.place()},"
    }

    /** The line that the thread has reached: of the code under test, or of the JDK if that has none. */
    @Synchronized
    fun place(): String {
        val stack = thread?.stackTrace.orEmpty()
        val line = stack.firstOrNull { it.isOfUser } ?: stack.firstOrNull()
        return if (line == null) "" else ", at ${line.place()}"
    }
}

/**
 * Reports a cancelled call whose thread does not leave its block: after a moment if the thread waits in a socket, whose
 * read an interrupt does not end, and after [LIMIT_NANOS] in any case. Until then the cancelled coroutine waits.
 */
internal class CancelledCallCheck(
    private val call: BlockingCall<*>,
    private val core: Network,
    private val teardown: TestTeardown,
    private val momentNanos: Long = MOMENT_NANOS,
    private val limitNanos: Long = LIMIT_NANOS,
) : MonitoredCheck() {
    private val start = System.nanoTime()
    private var isReported = false

    override fun check() {
        val passed = System.nanoTime() - start
        if (passed >= momentNanos && !isReported) {
            reportWait(call, core)?.let {
                isReported = true
                teardown.fail(AssertionError(it))
            }
        }
        if (passed >= limitNanos) {
            val failure = AssertionError(
                "${call.describe()} is still running ten seconds after its cancellation${call.place()}",
            )
            teardown.fail(failure)
            call.abandon(failure)
        }
    }

    companion object {
        /** Real time. A thread that can be interrupted leaves its block earlier. */
        const val MOMENT_NANOS = 1_000_000_000L

        /** Real time. */
        const val LIMIT_NANOS = 10_000_000_000L

        /** Says that a cancelled call waits in a socket, and the remedy; null if it does not wait there. */
        fun reportWait(call: BlockingCall<*>, core: Network): String? {
            val waiter = core.snapshot().waiters().firstOrNull(call::isIn) ?: return null
            return "${call.describe()} was cancelled and still waits in ${waiter.operation()} of ${waiter.subject()}" +
                "${call.place()}: an interrupt ends no wait of a java.net socket; " +
                "set its soTimeout, or close the socket when the coroutine is cancelled"
        }
    }
}

private fun lineOfThisThread(): StackTraceElement? = StackWalker.getInstance().walk { frames ->
    frames.map { it.toStackTraceElement() }.filter { it.isOfUser }.findFirst().orElse(null)
}
