package dev.nettest.dsl

import dev.nettest.Network
import dev.nettest.NetworkConfig
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import kotlin.coroutines.CoroutineContext

/**
 * Runs [block] on a network of its own, and ends it:
 *
 * 1. What was launched in the scope is awaited.
 * 2. Background work is cancelled, every socket closed, every thread that waits in one freed; all of them are awaited.
 * 3. Connections that were accepted and not closed fail the test, and so do faults that never acted, as far as [config] says so;
 *    it does unless given otherwise.
 *
 * If [block] or anything launched in it fails, the network is shut down at once, so that nobody can wait in it any more, and that
 * failure is thrown, the block's own as the very same instance. What else went wrong is attached to it as suppressed exceptions.
 *
 * Where a scheduler of kotlinx-coroutines-test is in the context (`runTest`, Kotest's `coroutineTestScope`), it is the network's
 * [clock][SchedulerClock] and timeouts cost no time; otherwise the network runs on system time. A clock in [config] comes first.
 * Every failure says which clock ran.
 *
 * @param seed what every random choice comes from, instead of the one in [config]
 */
public suspend fun <T> network(
    seed: Long? = null,
    config: NetworkConfig = checkedConfig(),
    block: suspend NetworkScope.() -> T,
): T {
    val core = newNetwork(currentCoroutineContext(), seed, config)
    lateinit var ending: Ending
    var own: Throwable? = null
    val result = try {
        coroutineScope {
            ending = Ending(core, coroutineContext.job)
            try {
                val value = NetworkScope(core, coroutineContext, ending).block()
                ending.joinForeground()
                value
            } catch (e: Throwable) {
                own = e
                throw e
            } finally {
                ending.leave()
            }
        }
    } catch (e: Throwable) {
        val failure = e.original(own)
        ending.explain(failure)
        throw failure
    }
    ending.check()
    return result
}

/** Leaving a scope may replace an exception by a copy, with [own] as its cause. */
private fun Throwable.original(own: Throwable?): Throwable =
    if (own != null && own !is CancellationException && own.javaClass == javaClass && cause === own) own else this

/** [NetworkConfig.defaults] with all checks: the settings of [network], to relax by name with `toBuilder()`. */
public fun checkedConfig(): NetworkConfig = NetworkConfig.builder().checks(true).build()

internal fun newNetwork(context: CoroutineContext, seed: Long?, config: NetworkConfig): Network {
    val settings = config.toBuilder()
    seed?.let(settings::seed)
    if (config.clock() == null && config.clocks() == null) {
        clockIn(context)?.let(settings::clock)
    }
    return Network.create(settings.build())
}
