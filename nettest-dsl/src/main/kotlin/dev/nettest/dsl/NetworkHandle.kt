package dev.nettest.dsl

import dev.nettest.Network
import dev.nettest.NetworkConfig
import dev.nettest.dsl.internal.HangWatchdog
import dev.nettest.dsl.internal.TestTeardown
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration

/**
 * Opens a network that [NetworkHandle.close] ends, for tests with separate set-up and tear-down. It runs on the
 * dispatcher and the clock of the caller's context, like [network], but is not a child of the caller's job.
 *
 * A network that was opened outside a coroutine test runs on real time. A wait in such a test is refused with an
 * [IllegalStateException]. In Kotest, `beforeInvocation` has the scheduler of a test, and `beforeTest` does not.
 *
 * @param hangLimit like the limit of [network]; a hang shuts the network down, and the close throws the report
 * @throws IllegalArgumentException if [hangLimit] is zero or negative
 * @sample dev.nettest.dsl.samples.separateSetUpAndTearDown
 */
public suspend fun openNetwork(
    config: NetworkConfig = networkConfig(),
    hangLimit: Duration = DEFAULT_HANG_LIMIT,
): NetworkHandle {
    HangWatchdog.checkLimit(hangLimit)
    val context = currentCoroutineContext()
    val job = Job()
    val core = newNetwork(context, config)
    return NetworkHandle(core, context.minusKey(Job) + SilentHandler + job, job, TestTeardown(core, job, hangLimit))
}

/**
 * Like [openNetwork], with [networkConfig] and this seed.
 *
 * @sample dev.nettest.dsl.samples.separateSetUpAndTearDown
 */
public suspend fun openNetwork(seed: Long, hangLimit: Duration = DEFAULT_HANG_LIMIT): NetworkHandle =
    openNetwork(networkConfig { this.seed = seed }, hangLimit)

/** Ignores uncaught failures: the job keeps the failure, and the close throws it. */
private val SilentHandler = CoroutineExceptionHandler { _, _ -> }

/**
 * A network that stays open until [close]; otherwise like the scope of [network].
 *
 * @sample dev.nettest.dsl.samples.separateSetUpAndTearDown
 */
public class NetworkHandle internal constructor(
    override val core: Network,
    override val coroutineContext: CoroutineContext,
    private val job: CompletableJob,
    override val teardown: TestTeardown,
) : NetworkScope() {
    private val closed = AtomicBoolean()

    @Volatile
    private var failure: Throwable? = null

    init {
        job.invokeOnCompletion { failure = it }
    }

    /**
     * Ends the network like the end of [network]: awaits launched coroutines, cancels background work, closes every
     * socket and awaits everything. Throws the first failure of any of these, or of the checks. Idempotent.
     *
     * @param testFailure the failure of the test, if it failed. Then all coroutines are cancelled and nothing is
     *   thrown; other failures are attached to it as suppressed exceptions
     */
    public suspend fun close(testFailure: Throwable? = null) {
        if (!closed.compareAndSet(false, true)) {
            return
        }
        testFailure?.let(teardown::report)
        try {
            if (testFailure == null) {
                teardown.joinForeground()
            } else {
                job.cancel(null)
            }
        } finally {
            teardown.begin(failed = testFailure != null)
            job.complete()
            withContext(NonCancellable) { job.join() }
        }
        val own = failure?.takeUnless { it is CancellationException }
        when {
            testFailure != null -> {
                own?.let(testFailure::addSuppressed)
                teardown.explain(testFailure)
            }

            own != null -> {
                teardown.explain(own)
                throw own
            }

            else -> teardown.check()
        }
    }
}
