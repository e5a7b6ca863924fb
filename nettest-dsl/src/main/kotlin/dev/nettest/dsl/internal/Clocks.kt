package dev.nettest.dsl.internal

import dev.nettest.Network
import dev.nettest.NetworkClock
import kotlin.coroutines.CoroutineContext

/** The clock on the test scheduler in [context]; null without a scheduler or without kotlinx-coroutines-test. */
internal fun clockIn(context: CoroutineContext): NetworkClock? =
    if (TestLibrary.isPresent) SchedulerClock.of(context) else null

/** The network's clock if it is the scheduler of a coroutine test. */
internal val Network.schedulerClock: SchedulerClock?
    get() = if (TestLibrary.isPresent) clock() as? SchedulerClock else null

internal object TestLibrary {
    /** Decided before any code that names classes of the library is loaded. */
    val isPresent: Boolean =
        try {
            Class.forName("kotlinx.coroutines.test.TestCoroutineScheduler", false, javaClass.classLoader)
            true
        } catch (_: ClassNotFoundException) {
            false
        }
}
