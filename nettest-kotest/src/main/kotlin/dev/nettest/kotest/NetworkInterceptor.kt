@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.scope
import io.kotest.core.spec.Spec
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import kotlin.time.Duration

/** Opens the networks of an extension. */
internal fun interface NetworkOpener {
    /** Runs [block] on a new network, and ends it. [user] is the test or the spec. */
    suspend fun open(user: String, hangLimit: Duration, block: suspend NetworkScope.() -> Unit)
}

/** Gives specs, containers and tests their networks. The extensions differ in their [opener]. */
internal class NetworkInterceptor(
    private val lifetime: NetworkLifetime,
    private val hangLimit: Duration,
    private val opener: NetworkOpener,
) {
    suspend fun intercept(spec: Spec, execute: suspend (Spec) -> Unit) {
        if (lifetime == NetworkLifetime.SPEC) {
            sharedNetwork(spec.title) { execute(spec) }
        } else {
            execute(spec)
        }
    }

    suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        val isContainer = testCase.type != TestType.Test
        if (isContainer && lifetime == NetworkLifetime.TEST) {
            return execute(testCase)
        }
        val test = testCase.test
        // The body of a test may run in a context that does not inherit from the container's.
        val shared = currentCoroutineContext()[NetworkElement]?.takeIf { it.owner === this }
        var failure: Throwable? = null
        // Wraps the body, not the call of execute: only the body has the test's own context, scheduler and time limit.
        val result = execute(
            testCase.withTest {
                try {
                    run(test, isContainer, shared)
                } catch (e: Throwable) {
                    failure = e
                    throw e
                }
            },
        )
        failure?.let { result.errorOrNull?.show(it) }
        return result
    }

    private suspend fun TestScope.run(
        test: suspend TestScope.() -> Unit,
        isContainer: Boolean,
        shared: NetworkElement?,
    ) {
        val outer = this
        val user = "${testCase.spec.title}: ${testCase.name.name}"
        when {
            shared != null -> withContext(shared.claim) {
                shared.scope.core.scope(if (isContainer) Duration.INFINITE else hangLimit) { runIn(outer, test) }
            }

            isContainer -> sharedNetwork(user) { runIn(outer, test) }

            else -> withPage { begun ->
                opener.open(user, hangLimit) {
                    begun(this)
                    runIn(outer, test)
                }
            }
        }
    }

    /** Writes the page of the network that [block] has begun, if the test or the end of its network fails. */
    private suspend fun TestScope.withPage(block: suspend (begun: (NetworkScope) -> Unit) -> Unit) {
        var network: NetworkScope? = null
        try {
            block { network = it }
        } catch (e: CancellationException) {
            throw e
        } catch (e: Throwable) {
            network?.let { TracePages.attach(testCase, it.core, e) }
            throw e
        }
    }

    /** Background work of tests would be a hang of the network that they share, so only the tests have a limit. */
    private suspend fun sharedNetwork(user: String, block: suspend NetworkScope.() -> Unit) {
        val outer = currentCoroutineContext()[NetworkElement]
        opener.open(user, Duration.INFINITE) {
            withContext(NetworkElement(this, this@NetworkInterceptor, isOnly = outer == null)) { block() }
        }
    }

    private suspend fun NetworkScope.runIn(outer: TestScope, test: suspend TestScope.() -> Unit) {
        val other = currentCoroutineContext()[NetworkElement]
        val isOnly = other == null || (other.owner === this@NetworkInterceptor && other.isOnly)
        val element = NetworkElement(this, this@NetworkInterceptor, isOnly)
        withContext(element) { NetworkTestScope(outer, this@runIn, element).test() }
    }

    private val Spec.title: String get() = this::class.java.simpleName

    /**
     * A copy of this test case with another body. Uses reflection, because the signature of [TestCase.copy] differs
     * between versions of Kotest: a compiled call works only with some of them.
     */
    private fun TestCase.withTest(body: suspend TestScope.() -> Unit): TestCase {
        val copy = TestCase::class.java.methods.single { it.name == "copy" }
        val arguments = Array(copy.parameterCount) { index ->
            val component = TestCase::class.java.getMethod("component${index + 1}").invoke(this)
            if (component === test) body else component
        }
        return copy.invoke(this, *arguments) as TestCase
    }
}

/** Attaches the failure of a network, which has the report, unless this failure is or has it. */
private fun Throwable.show(failure: Throwable) {
    if (generateSequence(this) { it.cause }.take(CAUSES).none { it === failure || failure in it.suppressed }) {
        addSuppressed(failure)
    }
}

/** Limits the walk along the causes, which may form a cycle. */
private const val CAUSES = 16
