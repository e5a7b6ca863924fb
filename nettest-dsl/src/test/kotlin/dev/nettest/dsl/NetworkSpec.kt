package dev.nettest.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class NetworkSpec : FunSpec({
    test("a server answers") {
        network {
            val listener = listener { backlog = 16 }
            listener.serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }
            val client = listener.connect()
            client.writeLine("ping")
            client.awaitReadable(bytes = 5)
            client.readLine() shouldBe "gnip"
        }
    }
})
