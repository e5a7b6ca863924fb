package dev.nettest.samples.traces

import dev.nettest.TraceEvent
import dev.nettest.TraceLevel
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import dev.nettest.kotest.shouldHaveEventsInOrder
import dev.nettest.kotest.shouldNotHaveEvent
import io.kotest.core.spec.style.FunSpec
import kotlin.time.Duration.Companion.milliseconds

/** Matchers of traces. */
class TracesSpec : FunSpec({
    coroutineTestScope = true

    // snippet: query-kotlin
    test("an answer needs no retransmission") {
        network(networkConfig { trace = TraceLevel.ALL }) {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5")
            link(app, db) { latency = 20.milliseconds }
            val store = db.listener(5432)
            store.serve { connection -> connection.writeLine(connection.readLine().orEmpty().reversed()) }
            app.connect("db:5432").use { client ->
                client.writeLine("ping")
                client.readLine()
            }

            trace().shouldNotHaveEvent<TraceEvent.Retransmitted>()
            trace().shouldHaveEventsInOrder(
                TraceEvent.Written::class,
                TraceEvent.InFlight::class,
                TraceEvent.Delivered::class,
            )
        }
    }
    // end snippet
})
