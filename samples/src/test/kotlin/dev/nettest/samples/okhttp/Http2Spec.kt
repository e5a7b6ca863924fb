package dev.nettest.samples.okhttp

import dev.nettest.Connection
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.socket.NetworkSockets
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import mockwebserver3.SocketHandler
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Request
import okio.buffer
import java.io.IOException
import java.net.InetAddress
import java.util.concurrent.CopyOnWriteArrayList

/** Several calls over one HTTP/2 connection. OkHttp waits for streams in real time, and so does this spec. */
class Http2Spec : FunSpec({
    // snippet: http2-reset
    test("a reset ends every call on its connection, and the next call gets a new connection") {
        network {
            val connections = CopyOnWriteArrayList<Connection>()
            val client = client(connections)
            server().use { server ->
                repeat(2) { server.enqueue(unfinished("hello")) }
                server.enqueue(MockResponse.Builder().body("hello again").build())

                val calls = List(2) { client.newCall(REQUEST).execute() }
                calls.map { it.body.source().readUtf8(5) } shouldBe listOf("hello", "hello")
                connections shouldHaveSize 1

                connections.single().peer().reset()

                calls.forEach { shouldThrow<IOException> { it.body.source().readUtf8() } }
                client.newCall(REQUEST).execute().use { it.body.string() } shouldBe "hello again"
                connections shouldHaveSize 2
            }
        }
    }
    // end snippet
})

private val REQUEST = Request.Builder().url("http://10.0.0.5/").build()

private fun NetworkScope.client(connections: MutableList<Connection>): OkHttpClient = OkHttpClient
    .Builder()
    .socketFactory(NetworkSockets.socketFactory(core, connections::add))
    .protocols(listOf(Protocol.H2_PRIOR_KNOWLEDGE))
    .build()

private fun NetworkScope.server(): MockWebServer = MockWebServer().apply {
    serverSocketFactory = NetworkSockets.serverSocketFactory(core)
    protocols = listOf(Protocol.H2_PRIOR_KNOWLEDGE)
    start(InetAddress.getByName("10.0.0.5"), 80)
}

/** A response that starts with [beginning] and does not end before its connection. */
private fun unfinished(beginning: String): MockResponse = MockResponse
    .Builder()
    .clearHeaders() // also removes the Content-Length of 0
    .socketHandler(
        object : SocketHandler {
            override fun handle(socket: okio.Socket) {
                socket.sink.buffer().writeUtf8(beginning).flush()
                socket.source.buffer().readByteArray()
            }
        },
    ).build()
