package dev.nettest.dsl.internal

import dev.nettest.Network
import dev.nettest.Snapshot
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.withContext
import java.io.IOException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration

/**
 * Ends the work on a network. It uses two children of the test's job. [background] is the parent of all background
 * coroutines. [shutdown] shuts the network down when it completes. If the test's job is cancelled, [shutdown] completes
 * too, so that nothing blocked in the network delays the end of a failed test.
 */
internal class TestTeardown(
    private val core: Network,
    private val parent: Job,
    hangLimit: Duration,
    private val endsNetwork: Boolean = true,
    private val threadsLimitNanos: Long = CancelledCallCheck.LIMIT_NANOS,
) {
    /** When the scope began, on the network's clock. */
    val startNanos: Long = core.clock().nanoTime()

    /** The threads of the network. Two of these are equal. */
    val dispatcher: CoroutineDispatcher get() = core.executor().asCoroutineDispatcher()

    private val background = SupervisorJob(parent)
    private val keptFailures = KeptFailures(background, ::tolerate)
    private val shutdown: CompletableJob = Job(parent)
    private val calls = ConcurrentHashMap.newKeySet<BlockingCall<*>>()
    private val tolerated = ConcurrentLinkedQueue<Throwable>()
    private val late = ConcurrentLinkedQueue<Throwable>()

    private val reports = FailureReports(core, startNanos)

    @Volatile
    private var ending = false

    private val uncaught = CoroutineExceptionHandler { _, failure -> fail(failure) }

    private val watchdog = HangWatchdog.start(core, hangLimit, this)

    init {
        shutdown.invokeOnCompletion { failure ->
            ending = true
            watchdog?.stop()
            failure?.let(reports::addToRoot)
            if (endsNetwork || failure != null) {
                core.shutdown()
            }
        }
    }

    /** The context of background work that no [kotlinx.coroutines.Deferred] returns. */
    fun backgroundContext(of: CoroutineContext): CoroutineContext = of + background + uncaught

    /** Like [backgroundContext], for any work. */
    fun backgroundContextOfAny(of: CoroutineContext): CoroutineContext = backgroundContext(of) + keptFailures

    /** Adds a call whose thread the end waits for. */
    fun add(call: BlockingCall<*>) {
        calls += call
    }

    /** Removes a call whose thread has ended. */
    fun remove(call: BlockingCall<*>) {
        calls -= call
    }

    /** Ends the watch for a hang: real time may pass while everything in the network waits. */
    fun waitsForRealPeers() {
        watchdog?.stop()
    }

    /** True for a coroutine of the background, which may wait for ever. */
    fun isBackground(job: Job): Boolean = generateSequence(job) { it.parent }.any { it === background }

    /** True if a thread of this name runs a block for which a coroutine of the test waits. */
    fun isBlockingForTest(waiter: Snapshot.Waiter): Boolean = calls.any { it.isForTest && it.isIn(waiter) }

    /** Describes the cancelled calls whose threads still wait in a socket. */
    fun cancelledWaits(): List<String> =
        calls.filter { it.isInterrupted }.mapNotNull { CancelledCallCheck.reportWait(it, core) }

    /** The coroutines of the test that have no children, and so do or await something themselves. */
    fun leaves(): Sequence<Job> = leavesOf(parent)

    private fun leavesOf(job: Job): Sequence<Job> = sequence {
        val children = job.children.filter { it !== shutdown }.toList()
        if (children.isEmpty()) yield(job) else children.forEach { yieldAll(leavesOf(it)) }
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
        reports.add(failure)
        if (!shutdown.completeExceptionally(failure)) {
            late += failure
        }
    }

    private fun Throwable.isCausedByShutdown(): Boolean = generateSequence(this) { it.cause }.take(CAUSES)
        .any { it is IOException || it is InterruptedException || it is CancellationException }

    /** Attaches the report to the failure of the test's block. To be called before anything ends. */
    fun report(failure: Throwable): Unit = reports.add(failure)

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

    /**
     * Cancels the background work, interrupts blocking code and shuts the network down, without waiting for coroutines
     * or threads.
     */
    fun begin(failed: Boolean) {
        ending = true
        background.cancel(null)
        if (background.children.any { !it.isCompleted }) {
            val check = EndCheck(background)
            HangMonitor.add(check)
            background.invokeOnCompletion { HangMonitor.remove(check) }
        }
        if (!endsNetwork) {
            calls.forEach(BlockingCall<*>::interrupt) // otherwise the network interrupts its threads
            if (failed) {
                core.shutdown()
            }
        }
        shutdown.complete()
    }

    /** Waits for the threads after all coroutines have ended, then throws late failures and failed checks. */
    suspend fun check() {
        awaitThreads()
        late.poll()?.let { throw it }
        if (!endsNetwork) {
            return
        }
        try {
            core.close()
        } catch (e: AssertionError) {
            tolerated.forEach(e::addSuppressed)
            throw e
        }
    }

    /** The failure of a test whose framework stopped it; null if its job was not cancelled. */
    val stop: Throwable? get() = reports.stop

    /** Attaches everything else that is known to [failure], the failure of the test. */
    suspend fun explain(failure: Throwable) {
        reports.add(failure)
        core.shutdown()
        try {
            awaitThreads()
        } catch (e: AssertionError) {
            failure.addSuppressed(e)
        }
        (late + tolerated).distinct().filter {
            it !== failure && it !in failure.suppressed
        }.forEach(failure::addSuppressed)
    }

    private suspend fun awaitThreads() {
        val deadline = System.nanoTime() + threadsLimitNanos
        val (ended, stuck) = calls.partition { it.awaitEnd(deadline) }
        withContext(NonCancellable) { ended.forEach { it.join() } }
        if (stuck.isNotEmpty()) {
            throw AssertionError(
                stuck.joinToString("\n", postfix = "\nclock: ${core.clock()}, seed: ${core.seed()}") {
                    "${it.describe()} is still running ten seconds after the end of its scope${it.place()}"
                },
            )
        }
    }

    private companion object {
        /** Limits the walk along the causes, which may form a cycle. */
        const val CAUSES = 16
    }
}
