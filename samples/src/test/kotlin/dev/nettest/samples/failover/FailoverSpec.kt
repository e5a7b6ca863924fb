package dev.nettest.samples.failover

import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.ConnectException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.seconds

/** A client survives the crash of its server, because it resolves the name again. */
class FailoverSpec : FunSpec({
    coroutineTestScope = true

    // snippet: failover-kotlin
    test("the client follows the name") {
        network {
            val app = host("app", "10.0.0.2")
            val first = host("db-1", "10.0.0.5")
            val second = host("db-2", "10.0.0.6", "fd00::6")
            for (db in listOf(first, second)) {
                db.listener(5432).serve { connection -> connection.lines().collect { connection.writeLine(db.name) } }
            }
            names.set("db", first.core)

            asyncBlocking("client") {
                LineClient(app.socketFactory, "db", 5432).use { client ->
                    client.ask("who are you?") shouldBe "db-1"

                    first.crash()
                    shouldThrow<ConnectException> { client.ask("who are you?") }.message shouldBe "Connection refused"

                    names.set("db", second.core)
                    client.ask("who are you?") shouldBe "db-2"
                }
            }.await()
        }
    }
    // end snippet

    // snippet: pause-kotlin
    test("a client waits for a paused host and loses no bytes") {
        network {
            val db = host("db", "10.0.0.5")
            db.listener(5432).serve { connection -> connection.lines().collect { connection.writeLine(db.name) } }
            val client = connect("db:5432") { readTimeout = 30.seconds }

            db.pause()
            client.writeLine("who are you?")
            shouldThrow<SocketTimeoutException> { client.readLine() } // thirty virtual seconds

            db.resume()
            client.readLine() shouldBe "db"
        }
    }
    // end snippet
})
