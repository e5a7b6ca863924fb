package dev.nettest.kotest

import dev.nettest.Participation
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.jvm.Claim
import io.kotest.core.test.TestScope
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.CoroutineContext

/**
 * The claim of this test's [network]. Does not wait.
 *
 * @throws IllegalStateException if there is none, or if more than one extension with a network is registered
 * @sample dev.nettest.kotest.samples.claimOfTheTest
 */
@ExperimentalNettestApi
public val TestScope.claim: Claim get() = claimIn(coroutineContext)

/**
 * The claim of the network of the running test, container or spec, for callbacks and suspending functions. Like
 * [currentNetwork].
 *
 * @throws IllegalStateException if there is none, or if more than one extension with a network is registered
 * @sample dev.nettest.kotest.samples.claimForEachSpec
 */
@ExperimentalNettestApi
public suspend fun currentClaim(): Claim = claimIn(currentCoroutineContext())

private fun claimIn(context: CoroutineContext): Claim {
    context[NetworkElement].scopeOfOnly()
    val element = context[ClaimKey]
    check(element is ClaimElement) {
        "no claim here: register a KotestJvmNetworkExtension instead of a KotestNetworkExtension"
    }
    return element.claim
}

/** Registers each thread in the network of the [claim] while the thread runs a coroutine with this element. */
internal class ClaimElement(val claim: Claim) : ThreadContextElement<Participation?> {
    override val key: CoroutineContext.Key<*> get() = ClaimKey

    override fun updateThreadContext(context: CoroutineContext): Participation? =
        claim.network().takeUnless { it.isClosed }?.participate()

    override fun restoreThreadContext(context: CoroutineContext, oldState: Participation?) {
        oldState?.close()
    }
}
