package dev.nettest.dsl

import dev.nettest.Network
import dev.nettest.NetworkConfig
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import kotlin.coroutines.CoroutineContext

/**
 * Runs [block] on a network of its own, and ends the network:
 *
 * 1. Coroutines that were launched in the scope are awaited. 2. Background work is cancelled and every socket closed,
 * which frees every thread that waits in one. All coroutines and threads are awaited. 3. Connections that were accepted
 * and not closed fail the test, and so do faults that never fired. [config] can turn these checks off.
 *
 * If [block] or a coroutine launched in it fails, the network is shut down at once, so that nothing waits in it any
 * longer. That failure is thrown; a failure of the block itself is thrown as the same instance. Other failures are
 * attached to it as suppressed exceptions.
 *
 * If the context has a scheduler of kotlinx-coroutines-test (`runTest`, Kotest's `coroutineTestScope`), the network's
 * [clock][SchedulerClock] uses it and timeouts take no real time. Otherwise the network runs on system time. A clock in
 * [config] takes precedence. Every failure names the clock.
 *
 * @param seed the seed of every random choice, instead of the one in [config]
 */
public suspend fun <T> network(
    seed: Long? = null,
    config: NetworkConfig = checkedConfig(),
    block: suspend NetworkScope.() -> T,
): T {
    val core = newNetwork(currentCoroutineContext(), seed, config)
    lateinit var teardown: TestTeardown
    var blockFailure: Throwable? = null
    val result = try {
        coroutineScope {
            teardown = TestTeardown(core, coroutineContext.job)
            try {
                val value = NetworkScope(core, coroutineContext, teardown).block()
                teardown.joinForeground()
                value
            } catch (e: Throwable) {
                blockFailure = e
                throw e
            } finally {
                teardown.begin()
            }
        }
    } catch (e: Throwable) {
        val failure = e.original(blockFailure)
        teardown.explain(failure)
        throw failure
    }
    teardown.check()
    return result
}

/** Undoes the copy that leaving a scope may make of an exception, with the original as its cause. */
private fun Throwable.original(blockFailure: Throwable?): Throwable {
    val isCopy = blockFailure != null && blockFailure !is CancellationException &&
        blockFailure.javaClass == javaClass && cause === blockFailure
    return if (isCopy) blockFailure else this
}

/** [NetworkConfig.defaults] with all checks: the default of [network]. Turn checks off with `toBuilder()`. */
public fun checkedConfig(): NetworkConfig = NetworkConfig.builder().checks(true).build()

internal fun newNetwork(context: CoroutineContext, seed: Long?, config: NetworkConfig): Network {
    val settings = config.toBuilder()
    seed?.let(settings::seed)
    if (config.clock() == null && config.clocks() == null) {
        clockIn(context)?.let(settings::clock)
    }
    return Network.create(settings.build())
}
