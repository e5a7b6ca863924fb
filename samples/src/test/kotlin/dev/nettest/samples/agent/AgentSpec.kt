package dev.nettest.samples.agent

import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch
import java.io.IOException
import java.net.SocketException

/** A daemon on a Unix domain socket, without a file on a disk. */
class AgentSpec : FunSpec({
    coroutineTestScope = true

    // snippet: agent-kotlin
    test("a client waits for the agent, and its write fails at once after the agent has ended") {
        network {
            val agent = launch {
                listener("unix:/run/agent.sock").use { listener ->
                    listener.accept().use { it.writeLine("signed " + it.readLine()) } // then it ends
                }
            }
            awaitListening("unix:/run/agent.sock", agent)

            val client = connect("unix:/run/agent.sock")
            client.writeLine("release")
            client.readLine() shouldBe "signed release"

            agent.join()
            shouldThrow<IOException> { client.writeLine("another") }.message shouldBe "Broken pipe"
        }
    }
    // end snippet

    // snippet: unread-kotlin
    test("an agent that ends with an unread request resets the connection") {
        network {
            val listener = listener("unix:/run/agent.sock")
            val client = listener.connect()
            client.writeLine("release")
            listener.accept().close()

            shouldThrow<SocketException> { client.readLine() }.message shouldBe "Connection reset"
        }
    }
    // end snippet
})
