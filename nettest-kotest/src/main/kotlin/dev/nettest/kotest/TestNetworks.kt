package dev.nettest.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.NetworkScope
import io.kotest.core.test.TestScope
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * When a network of [KotestNetworkExtension] begins and ends.
 *
 * @sample dev.nettest.kotest.samples.networkForEachContainer
 * @sample dev.nettest.kotest.samples.networkForEachSpec
 */
@ExperimentalNettestApi
public enum class NetworkLifetime {
    /** With each test. Containers have no network. */
    TEST,

    /**
     * With each outermost container; its tests and inner containers share the network. With `coroutineTestScope = true`
     * they also share its virtual time. A test outside containers has a network of its own.
     */
    CONTAINER,

    /**
     * With the spec; the network is there in `beforeSpec` and runs on real time, or on the clock of its settings. On
     * real time a wait in a test with `coroutineTestScope = true` is refused with an [IllegalStateException].
     */
    SPEC,
}

/**
 * The network of this test. Does not wait.
 *
 * A call with a block, `network { }`, is still [dev.nettest.dsl.network]: it opens a further network.
 *
 * @throws IllegalStateException if there is none, or if more than one extension with a network is registered
 * @sample dev.nettest.kotest.samples.networkOfTheTest
 */
@ExperimentalNettestApi
public val TestScope.network: NetworkScope get() = coroutineContext[NetworkElement].scopeOfOnly()

/**
 * The network of the running test, container or spec, for callbacks such as `beforeTest`, and for suspending functions.
 * `beforeTest` and `beforeSpec` run outside the test: they have a network only if its [lifetime][NetworkLifetime] has
 * begun. `beforeInvocation` runs outside the body of the test too.
 *
 * @throws IllegalStateException if there is none, or if more than one extension with a network is registered
 * @sample dev.nettest.kotest.samples.networkForEachSpec
 */
@ExperimentalNettestApi
public suspend fun currentNetwork(): NetworkScope = currentCoroutineContext()[NetworkElement].scopeOfOnly()

internal fun NetworkElement?.scopeOfOnly(): NetworkScope {
    checkNotNull(this) {
        "no network here: a test has one if its spec or project registers a KotestNetworkExtension; " +
            "a container has one with NetworkLifetime.CONTAINER, beforeSpec and beforeTest with NetworkLifetime.SPEC"
    }
    check(isOnly) {
        "two networks here: more than one extension with a network is registered for this test; keep one of them"
    }
    return scope
}

/** The scope of a test whose coroutines belong to its network. */
internal class NetworkTestScope(outer: TestScope, network: NetworkScope, element: NetworkElement) : TestScope by outer {
    override val coroutineContext: CoroutineContext = network.coroutineContext + element
}

/**
 * The network of a test. [isOnly] is false if another extension has given the test a network too.
 *
 * @property owner the extension that made it
 */
internal class NetworkElement(val scope: NetworkScope, val owner: Any, val isOnly: Boolean) :
    AbstractCoroutineContextElement(Key) {
    /** The claim of the network, for coroutines that do not inherit it; empty if it has none. */
    val claim: CoroutineContext get() = scope.coroutineContext[ClaimKey] ?: EmptyCoroutineContext

    companion object Key : CoroutineContext.Key<NetworkElement>
}

/** The key of the claim. It is no type of nettest-jvm, which is optional. */
internal object ClaimKey : CoroutineContext.Key<CoroutineContext.Element>
