package dev.nettest.samples.retry

import kotlinx.coroutines.delay
import java.io.IOException
import kotlin.time.Duration

/**
 * Does something that fails now and then, in a coroutine: again after a pause, which is twice as long each time up to a longest one. After so
 * many attempts it throws what the last one threw.
 */
suspend fun <T> retrying(attempts: Int, firstPause: Duration, longestPause: Duration, attempt: suspend () -> T): T {
    require(attempts >= 1) { "attempts must be at least 1: $attempts" }
    var pause = firstPause
    repeat(attempts - 1) {
        try {
            return attempt()
        } catch (_: IOException) {
            delay(pause)
            pause = minOf(pause * 2, longestPause)
        }
    }
    return attempt()
}
