package dev.nettest.samples.store

import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingListener
import dev.nettest.dsl.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** A store in coroutines with several clients, some of them faulty. */
class StoreSpec : FunSpec({
    coroutineTestScope = true

    test("clients share one store") {
        network {
            val listener = startStore()
            val writer = listener.connect()
            val reader = listener.connect()

            writer.ask("SET motto nothing to wait for") shouldBe "OK"
            reader.ask("GET motto") shouldBe "VALUE nothing to wait for"
            reader.ask("DELETE motto") shouldBe "VALUE nothing to wait for"
            writer.ask("GET motto") shouldBe "NONE"
            writer.ask("STEAL motto") shouldBe "ERROR no such command: STEAL motto"
        }
    }

    // snippet: pipelining-kotlin
    test("commands may arrive together with the end of the stream") {
        network {
            val client = startStore().connect()

            client.writeUtf8("SET a 1\nSET b 2\nGET a\nGET b")
            client.shutdownOutput()

            client.readUtf8() shouldBe "OK\nOK\nVALUE 1\nVALUE 2\n"
        }
    }
    // end snippet

    // snippet: slow-reader-kotlin
    test("a client that does not read does not block others") {
        network {
            val listener = startStore()
            val lazy = listener.connect { receiveBufferSize = 1 }
            lazy.writeLine("SET a 1")
            lazy.peer.awaitWriteBlocked()

            listener.connect().ask("GET a") shouldBe "VALUE 1"

            lazy.ask("GET a") shouldBe "OK"
        }
    }
    // end snippet

    test("a reset does not affect other clients") {
        network {
            val listener = startStore()
            val rude = listener.connect()
            val polite = listener.connect()
            rude.ask("SET a 1") shouldBe "OK"

            rude.reset()
            rude.peer.awaitClosed()

            polite.ask("GET a") shouldBe "VALUE 1"
        }
    }
})

// snippet: store-kotlin
private fun NetworkScope.startStore(): SuspendingListener {
    val store = Store()
    val listener = listener("10.0.0.5:6379")
    listener.serve { connection -> store.converse(connection.lines()) { connection.writeLine(it) } }
    return listener
}
// end snippet

private suspend fun SuspendingConnection.ask(command: String): String? {
    writeLine(command)
    return readLine()
}
