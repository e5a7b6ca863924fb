package dev.nettest.samples.readme

import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

// snippet: readme-kotest
class PartitionSpec : FunSpec({
    coroutineTestScope = true

    test("an answer survives a partition, late and whole") {
        network {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5")
            link(app, db) { latency = 20.milliseconds }
            db.listener(5432).serve { c -> c.lines().collect { c.writeLine(it.reversed()) } }
            val client = app.connect("db:5432") { readTimeout = 30.seconds }

            partitioned(app, db) {
                client.writeLine("ping")
                shouldThrow<SocketTimeoutException> { client.readLine() } // thirty virtual seconds
            }
            client.readLine() shouldBe "gnip"
            elapsed.inWholeSeconds shouldBe 30
        }
    }
})
// end snippet
