package dev.nettest.samples.retry

import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** A client with retries survives a partition. */
class RetrySpec : FunSpec({
    coroutineTestScope = true

    // snippet: retry-kotlin
    test("a client succeeds after the partition is repaired") {
        network {
            val app = host("app", "10.0.0.2")
            val market = host("market", "10.0.0.5")
            link(app, market) { latency = 20.milliseconds }
            market.listener(4000).serve { connection -> connection.lines().collect { connection.writeLine("$it 42") } }
            val start = timeSource.markNow()
            val attempts = mutableListOf<Duration>()

            partition(app, market)
            launch {
                delay(30.seconds)
                repair(app, market)
            }
            val price = retrying(attempts = 10, firstPause = 1.seconds, longestPause = 16.seconds) {
                attempts += start.elapsedNow()
                app.connect("market:4000") { connectTimeout = 2.seconds }.use { connection ->
                    connection.writeLine("ACME")
                    connection.readLine()
                }
            }

            price shouldBe "ACME 42"
            attempts shouldBe listOf(0, 3, 7, 13, 23, 41).map { it.seconds } // each but the last times out after 2 s
            start.elapsedNow() shouldBe 41.seconds + 80.milliseconds // a round trip to connect, and one to ask
        }
    }
    // end snippet

    test("it fails after the last attempt") {
        network {
            val app = host("app", "10.0.0.2")
            host("market", "10.0.0.5").listener(4000)
            val start = timeSource.markNow()
            isolate(app)

            shouldThrow<SocketTimeoutException> {
                retrying(attempts = 3, firstPause = 1.seconds, longestPause = 16.seconds) {
                    app.connect("market:4000") { connectTimeout = 2.seconds }
                }
            }

            start.elapsedNow() shouldBe 9.seconds
        }
    }
})
