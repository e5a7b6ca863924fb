package dev.nettest.dsl.internal

import dev.nettest.Network
import kotlinx.coroutines.test.TestCoroutineScheduler
import java.util.Collections
import java.util.WeakHashMap
import kotlin.coroutines.CoroutineContext

/**
 * Networks that were opened outside a coroutine test, and so run on real time. A wait in a coroutine test is refused:
 * its timeouts would take real time, and nothing would say so.
 */
internal object RealTimeNetworks {
    private val networks = Collections.synchronizedMap(WeakHashMap<Network, Unit>())

    /** False until there is a network. The waits of tests on virtual time look no further. */
    @Volatile
    private var isUsed = false

    fun add(network: Network) {
        networks[network] = Unit
        isUsed = true
    }

    /** @param context of a coroutine that would wait in [network] */
    fun check(network: Network, context: CoroutineContext) {
        if (isUsed && TestLibrary.isPresent && !network.clock().isVirtual && context.hasScheduler &&
            network in networks
        ) {
            error(
                "the network was opened outside the coroutine test that uses it, so it runs on real time; " +
                    "open it in the test, with NetworkLifetime.TEST, in Kotest's beforeInvocation, " +
                    "or with a clock in networkConfig",
            )
        }
    }

    private val CoroutineContext.hasScheduler: Boolean get() = this[TestCoroutineScheduler] != null
}
