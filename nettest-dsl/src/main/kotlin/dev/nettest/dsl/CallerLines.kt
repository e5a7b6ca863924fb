package dev.nettest.dsl

import dev.nettest.dsl.internal.fail

/**
 * Runs [block], and returns its result or throws its exception, for assertions and adapters outside this library.
 *
 * A failure of this library's functions then shows the line that called the function around this call, also if
 * [block] was suspended. Any other exception keeps its stack trace, and has the line in a suppressed note.
 *
 * @sample dev.nettest.dsl.samples.assertionOfYourOwn
 */
@ExperimentalNettestApi
public suspend fun <T> showingCallerLine(block: suspend () -> T): T = try {
    block()
} catch (e: Throwable) {
    fail(e)
}
