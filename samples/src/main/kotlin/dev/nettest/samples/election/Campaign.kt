package dev.nettest.samples.election

import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.milliseconds

/**
 * Runs an election in coroutines until it is cancelled. [ask] sends a request to one of the [others] and returns its
 * answer, or null if there is none.
 */
suspend fun Election.campaign(others: List<String>, ask: suspend (other: String, request: String) -> String?) {
    coroutineScope {
        while (true) {
            delay(10.milliseconds)
            tick().ifPresent { request ->
                others.forEach { other -> launch { ask(other, request)?.let(::answered) } }
            }
        }
    }
}
