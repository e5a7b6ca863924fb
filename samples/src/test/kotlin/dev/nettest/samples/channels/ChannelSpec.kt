package dev.nettest.samples.channels

import dev.nettest.Fault
import dev.nettest.dsl.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.SelectionKey
import java.nio.channels.SocketChannel
import java.nio.channels.spi.SelectorProvider

class ChannelSpec : FunSpec({
    coroutineTestScope = true

    // snippet: channel-kotest
    test("a server with a selector gets short reads") {
        network {
            val app = host("app", "10.0.0.5") { fault(read = Fault.slice(1)) }
            val server = asyncBlocking("server") { answerOneClient(app.selectorProvider, 7) }
            awaitListening("10.0.0.5:7", server)

            val client = connect("10.0.0.5:7")
            client.writeUtf8("abc")

            client.readUtf8(3) shouldBe "111" // each read returned one byte
            client.close()
            server.await()
        }
    }
    // end snippet
})

// snippet: channel-server
// answers each read with the number of its bytes, until the client closes
private fun answerOneClient(provider: SelectorProvider, port: Int) {
    provider.openSelector().use { selector ->
        provider.openServerSocketChannel().use { server ->
            server.bind(InetSocketAddress(port))
            server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT)
            var open = true
            while (open) {
                selector.select { key ->
                    if (key.isAcceptable) {
                        server.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ)
                    } else {
                        open = answer(key.channel() as SocketChannel)
                    }
                }
            }
        }
    }
}
// end snippet

/** False at the end of the stream. */
private fun answer(client: SocketChannel): Boolean {
    val count = client.read(ByteBuffer.allocate(100))
    if (count < 0) {
        client.close()
        return false
    }
    client.write(ByteBuffer.wrap(count.toString().toByteArray()))
    return true
}
