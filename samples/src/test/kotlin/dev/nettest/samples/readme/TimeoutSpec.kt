package dev.nettest.samples.readme

import dev.nettest.Fault
import dev.nettest.dsl.fault
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.seconds

// snippet: readme-kotest
class TimeoutSpec : FunSpec({
    coroutineTestScope = true

    test("a read times out if the server stops answering") {
        network {
            val listener = listener("10.0.0.5:7") { fault(read = Fault.stall().afterBytes(5)) }
            listener.serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }

            val client = connect("10.0.0.5:7") { readTimeout = 30.seconds }
            client.writeLine("ping")
            client.readLine() shouldBe "gnip"

            client.writeLine("ping")
            shouldThrow<SocketTimeoutException> { client.readLine() } // thirty virtual seconds
        }
    }
})
// end snippet
