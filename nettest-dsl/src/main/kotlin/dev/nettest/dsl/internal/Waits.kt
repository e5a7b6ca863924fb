package dev.nettest.dsl.internal

import dev.nettest.Awaitable
import dev.nettest.Network
import dev.nettest.Registration
import dev.nettest.Snapshot
import kotlinx.coroutines.Job
import java.util.IdentityHashMap
import kotlin.coroutines.Continuation

/*
 * The names of suspended coroutines in reports. Nothing is recorded when a coroutine suspends: its continuation knows
 * the line of each frame.
 */

/**
 * A wait for a stage of the core, which a snapshot cannot see by itself.
 *
 * @param limited true if the wait has a limit or timeout of its own
 */
internal class Wait(
    val network: Network,
    private val at: Awaitable?,
    private val subject: Any,
    private val operation: String,
    private val limited: Boolean,
) {
    constructor(at: Awaitable, operation: String, limited: Boolean) : this(at.network(), at, at, operation, limited)

    /** Shows [continuation] in snapshots until the registration is cancelled. */
    fun show(continuation: Continuation<*>): Registration =
        network.onSnapshot(at) { continuation.describe(subject, operation, limited) }
}

/** A suspended coroutine whose wait has no limit. Each wait has another continuation. */
internal class CoroutineWait(val job: Job?, val continuation: Continuation<*>)

/** The waits without a limit: those of coroutines of the DSL, and those of threads. */
internal data class UnlimitedWaits(val coroutines: List<CoroutineWait>, val threads: List<Snapshot.Waiter>)

/** Set while [unlimitedWaits] runs on this thread: a snapshot has only texts, and the jobs are wanted. */
private val collected = ThreadLocal<MutableMap<Snapshot.Waiter, CoroutineWait>>()

internal fun unlimitedWaits(network: Network): UnlimitedWaits {
    val coroutines = IdentityHashMap<Snapshot.Waiter, CoroutineWait>()
    collected.set(coroutines)
    try {
        val waiters = network.snapshot().waiters()
        return UnlimitedWaits(coroutines.values.toList(), waiters.filter { !it.limited() && it !in coroutines })
    } finally {
        collected.remove()
    }
}

/**
 * Names a suspended coroutine: its name, its operation, and the line of the code under test.
 *
 * @param operation the name if no public method of the DSL is among the frames: a tail call has no frame
 */
internal fun Continuation<*>.describe(subject: Any, operation: String, limited: Boolean): Snapshot.Waiter {
    val frames = frames()
    val method = frames.operation()
        ?.methodName?.substringBefore('-') // which precedes the mangled types of inline classes
    val name = coroutineName()
    val line = frames.firstOrNull { it.isOfUser }
    val waiter = when (subject) {
        is Awaitable -> Snapshot.Waiter(name, method ?: operation, subject, line, limited)
        else -> Snapshot.Waiter(name, method ?: operation, subject.toString(), line, limited)
    }
    if (!limited) {
        collected.get()?.put(waiter, CoroutineWait(context[Job], this))
    }
    return waiter
}
