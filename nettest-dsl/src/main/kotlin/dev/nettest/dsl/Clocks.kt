package dev.nettest.dsl

import dev.nettest.NetworkClock
import kotlin.coroutines.CoroutineContext

/** The clock over the test scheduler in [context]; null where there is none, or no kotlinx-coroutines-test at all. */
internal fun clockIn(context: CoroutineContext): NetworkClock? =
    if (TestLibrary.isPresent) SchedulerClock.of(context) else null

internal object TestLibrary {
    /** Decided before any code that names the library's classes is loaded. */
    val isPresent: Boolean =
        try {
            Class.forName("kotlinx.coroutines.test.TestCoroutineScheduler", false, javaClass.classLoader)
            true
        } catch (_: ClassNotFoundException) {
            false
        }
}
