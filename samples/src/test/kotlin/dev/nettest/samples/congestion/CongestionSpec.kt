package dev.nettest.samples.congestion

import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.launch

/** A peer that does not read. A fast loopback hides this case; here it takes one line. */
class CongestionSpec : FunSpec({
    coroutineTestScope = true

    // snippet: congestion-kotlin
    test("a writer waits until the reader reads") {
        network {
            val (writer, reader) = pair { server { receiveBufferSize = 1 } }

            val writing = launch { writer.writeUtf8("hello") }
            writer.awaitWriteBlocked()
            reader.available shouldBe 1

            reader.readUtf8(5) shouldBe "hello"
            writer.awaitDrained()
            writing.join()
        }
    }
    // end snippet

    test("peers may both write before they read") {
        network {
            val (client, server) = pair()

            val heardByClient = async { client.greet("hello") }
            val heardByServer = async { server.greet("welcome") }

            heardByClient.await() shouldBe "welcome"
            heardByServer.await() shouldBe "hello"
        }
    }

    // snippet: deadlock-kotlin
    test("on a synchronous pipe both writes block") {
        network {
            // A rendezvous: a write returns when the peer has read its bytes.
            val (client, server) = pair { receiveBufferSize = 0 }

            background { client.greet("hello") }
            background { server.greet("welcome") }

            client.awaitWriteBlocked()
            server.awaitWriteBlocked() // both peers write, so neither reads
        }
    }
    // end snippet
})

/** Sends a greeting without waiting for the peer's, which saves a round trip. */
private suspend fun SuspendingConnection.greet(greeting: String): String? {
    writeLine(greeting)
    return readLine()
}
