package dev.nettest.dsl

import dev.nettest.Network
import dev.nettest.NetworkConfig
import dev.nettest.dsl.internal.HangWatchdog
import dev.nettest.dsl.internal.RealTimeNetworks
import dev.nettest.dsl.internal.TestTeardown
import dev.nettest.dsl.internal.asCancellation
import dev.nettest.dsl.internal.clockIn
import dev.nettest.dsl.internal.currentContinuation
import dev.nettest.dsl.internal.frames
import dev.nettest.dsl.internal.isRunByKotestAlone
import dev.nettest.dsl.internal.isStoppedByFramework
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job
import java.io.IOException
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours

/** How long an operation without a timeout may wait before its test fails, on the network's clock. */
public val DEFAULT_HANG_LIMIT: Duration = 24.hours

/**
 * Runs [block] on a network of its own, and ends the network:
 *
 * 1. Coroutines that were launched in the scope are awaited.
 * 2. Background work is cancelled and every socket closed, which frees every thread that waits in one. All coroutines
 *    and threads are awaited.
 * 3. [Leaks][NetworkConfig.Builder.checksLeaks] fail the test, and so do faults that never fired. [config] can turn
 *    these checks off.
 *
 * If [block] or a coroutine launched in it fails, the network is shut down at once, so that nothing waits in it any
 * longer. That failure is thrown; a failure of the block itself is thrown as the same instance. Other failures are
 * attached to it as suppressed exceptions.
 *
 * Coroutines run on the dispatcher of the caller. Any dispatcher works. If the context has a scheduler of
 * kotlinx-coroutines-test (`runTest`, Kotest's `coroutineTestScope`), the network's clock
 * [uses it][asNetworkClock] and timeouts take no real time. Otherwise the network runs on system time, and a wait in a
 * coroutine test inside is refused with an [IllegalStateException]. A clock in [config] takes precedence. Every failure
 * names the clock. Code that blocks or computes on other threads belongs in [NetworkScope.blocking] or on
 * [NetworkScope.dispatcher]. The virtual time of a test scheduler does not wait for other dispatchers.
 *
 * A hang fails the test. [hangLimit] is how long an operation without a timeout of its own may wait, on the network's
 * clock. Background work may wait for ever. The failure lists each waiting coroutine and thread with its
 * operation and line. On a test scheduler it comes as soon as nothing else can happen. A test whose network waits for
 * something outside passes [Duration.INFINITE], such as an answer that comes from a thread that is not registered. The
 * limit has no effect on a [dev.nettest.VirtualClock], which only the test moves.
 *
 * @throws IllegalArgumentException if [hangLimit] is zero or negative
 * @sample dev.nettest.dsl.samples.echo
 * @sample dev.nettest.dsl.samples.hang
 */
public suspend fun <T> network(
    config: NetworkConfig = networkConfig(),
    hangLimit: Duration = DEFAULT_HANG_LIMIT,
    block: @NetworkDsl suspend NetworkScope.() -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    HangWatchdog.checkLimit(hangLimit)
    val core = newNetwork(currentCoroutineContext(), config)
    return core.run(hangLimit, endsNetwork = true, block)
}

/**
 * Like [network], with [networkConfig] and this seed.
 *
 * @sample dev.nettest.dsl.samples.udpWithLoss
 */
public suspend fun <T> network(
    seed: Long,
    hangLimit: Duration = DEFAULT_HANG_LIMIT,
    block: @NetworkDsl suspend NetworkScope.() -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return network(networkConfig { this.seed = seed }, hangLimit, block)
}

/**
 * Runs [block] on this network, which other code made and closes, such as the extension for JUnit. Launched coroutines
 * are awaited, background work is cancelled, and threads of [NetworkScope.asyncBlocking] are interrupted and awaited.
 * The sockets stay open and nothing is checked, but a failure shuts the network down. The network keeps its clock:
 * on the system clock, timeouts take real time, also in `runTest`.
 *
 * @param hangLimit like the limit of [network]
 * @sample dev.nettest.dsl.samples.scopeOfANetwork
 */
public suspend fun <T> Network.scope(
    hangLimit: Duration = DEFAULT_HANG_LIMIT,
    block: @NetworkDsl suspend NetworkScope.() -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    HangWatchdog.checkLimit(hangLimit)
    return run(hangLimit, endsNetwork = false, block)
}

private suspend fun <T> Network.run(
    hangLimit: Duration,
    endsNetwork: Boolean,
    block: suspend NetworkScope.() -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    lateinit var teardown: TestTeardown
    var blockFailure: Throwable? = null
    val caller = currentContinuation()
    val result = try {
        coroutineScope {
            teardown = TestTeardown(this@run, coroutineContext.job, hangLimit, endsNetwork)
            try {
                val value = BlockScope(this@run, coroutineContext, teardown).block()
                teardown.joinForeground()
                value
            } catch (e: Throwable) {
                // The end of a cancelled test closes its sockets; that is no failure of its own.
                val failure = if (e is IOException && !isActive) e.asCancellation() else e
                blockFailure = failure
                teardown.report(failure)
                throw failure
            } finally {
                teardown.begin(blockFailure != null)
            }
        }
    } catch (e: Throwable) {
        val stop = teardown.stop.takeIf { caller.isStoppedByFramework() }
        stop?.stackTrace = caller.frames().toTypedArray()
        val failure = stop ?: e.original(blockFailure)
        teardown.explain(failure)
        if (stop != null && caller.isRunByKotestAlone()) {
            stop.printStackTrace() // the only place where it is seen
        }
        throw failure
    }
    teardown.check()
    return result
}

/** Undoes the copy that leaving a scope may make of an exception, with the original as its cause. */
private fun Throwable.original(blockFailure: Throwable?): Throwable {
    val original = withoutCopy()
    return if (blockFailure != null && original === blockFailure.withoutCopy()) blockFailure else original
}

/** The cause of a copy that coroutines made to show more frames. */
private fun Throwable.withoutCopy(): Throwable = cause?.takeIf { original ->
    original.javaClass == javaClass && stackTrace.any { it.className.startsWith("_COROUTINE.") }
} ?: this

internal fun newNetwork(context: CoroutineContext, config: NetworkConfig): Network {
    val hasClock = config.clock() != null || config.clocks() != null
    val clock = if (hasClock) null else clockIn(context)
    val core = Network.create(if (clock == null) config else config.toBuilder().clock(clock).build())
    if (!hasClock && clock == null) {
        RealTimeNetworks.add(core)
    }
    return core
}
