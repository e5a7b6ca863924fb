package dev.nettest.samples.retry

import kotlinx.coroutines.delay
import java.io.IOException
import kotlin.time.Duration

/**
 * Retries an operation in a coroutine. The pause between attempts doubles up to [longestPause]. The failure of the last
 * attempt is thrown.
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
