package dev.nettest.samples.jvm

import dev.nettest.Fault
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestJvmNetworkExtension
import dev.nettest.kotest.claim
import dev.nettest.kotest.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.statement.bodyAsText
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.io.IOException
import io.ktor.client.engine.cio.CIO as ClientCIO
import io.ktor.server.cio.CIO as ServerCIO

// snippet: jvm-ktor
/** Server and client of Ktor, both on its CIO engine. */
@OptIn(ExperimentalNettestApi::class)
class KtorSpec : FunSpec({
    extension(KotestJvmNetworkExtension())

    test("a reset inside the response fails the request") {
        claim.host("web")
        val server =
            embeddedServer(ServerCIO, host = claim.address(1), port = 80) {
                routing { get("/") { call.respondText("hello ".repeat(1_000)) } }
            }
        server.start(wait = false) // returns before the server listens
        val listener = network.awaitListening("${claim.address(1)}:80")

        HttpClient(ClientCIO).use { client ->
            client.get("http://${claim.address(1)}/").bodyAsText() shouldBe "hello ".repeat(1_000)

            listener.fault(write = Fault.reset().afterBytes(2_000))
            shouldThrow<IOException> { client.get("http://${claim.address(1)}/").bodyAsText() }
        }
        server.stop(0, 0)
    }
})
// end snippet
