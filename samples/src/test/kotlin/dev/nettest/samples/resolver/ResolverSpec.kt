package dev.nettest.samples.resolver

import dev.nettest.Fault
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.SuspendingHost
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.PortUnreachableException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** A client of two servers in coroutines, the first of which does not answer. */
class ResolverSpec : FunSpec({
    coroutineTestScope = true

    // snippet: resolver-kotlin
    test("a silent server costs its timeout") {
        network {
            val app = host("app", "10.0.0.2")
            val first = host("ns1", "10.0.0.53") { fault(send = Fault.drop()) } // it receives, but its answers are lost
            val second = host("ns2", "10.0.1.53")
            answer(first, "db" to "10.0.0.5")
            answer(second, "db" to "10.0.0.6")

            app.lookup("db", "ns1", "ns2") shouldBe "10.0.0.6"
            clock.nanoTime().nanoseconds shouldBe 2.seconds
        }
    }

    test("a missing server costs no time") {
        network {
            val app = host("app", "10.0.0.2")
            host("ns1", "10.0.0.53")
            answer(host("ns2", "10.0.1.53"), "db" to "10.0.0.6")

            app.lookup("db", "ns1", "ns2") shouldBe "10.0.0.6"
            clock.nanoTime().nanoseconds shouldBe 0.seconds
        }
    }
    // end snippet

    test("a socket that is not connected waits for its timeout") {
        network {
            host("ns1", "10.0.0.53")
            val client = datagram { receiveTimeout = 2.seconds }
            client.sendUtf8("db", "ns1:53")

            shouldThrow<SocketTimeoutException> { client.receiveUtf8() }
            clock.nanoTime().nanoseconds shouldBe 2.seconds
        }
    }
})

// snippet: resolver-client-kotlin

/** Asks one server after the other, with a timeout of two seconds each. */
private suspend fun SuspendingHost.lookup(name: String, vararg servers: String): String {
    for (server in servers) {
        datagram("*:0") { receiveTimeout = 2.seconds }.use { socket ->
            socket.connect("$server:53")
            try {
                socket.sendUtf8(name)
                return socket.receiveUtf8()
            } catch (_: SocketTimeoutException) {
                // the next one
            } catch (_: PortUnreachableException) {
                // the next one at once
            }
        }
    }
    throw SocketTimeoutException("no server answers")
}

private fun NetworkScope.answer(host: SuspendingHost, vararg names: Pair<String, String>) {
    val server = host.datagram(53)
    background {
        while (true) {
            val question = server.receive()
            server.sendUtf8(names.toMap().getValue(question.utf8()), question.sender)
        }
    }
}
// end snippet
