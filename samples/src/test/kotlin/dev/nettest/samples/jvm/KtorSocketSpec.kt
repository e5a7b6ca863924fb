package dev.nettest.samples.jvm

import dev.nettest.Fault
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestJvmNetworkExtension
import dev.nettest.kotest.claim
import dev.nettest.kotest.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.network.selector.SelectorManager
import io.ktor.network.sockets.InetSocketAddress
import io.ktor.network.sockets.aSocket
import io.ktor.network.sockets.openReadChannel
import io.ktor.network.sockets.openWriteChannel
import io.ktor.utils.io.readByteArray
import io.ktor.utils.io.writeByteArray
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import java.io.IOException

// snippet: jvm-ktor-socket
private const val SIZE = 1_000

/** The raw sockets of Ktor. */
@OptIn(ExperimentalNettestApi::class)
class KtorSocketSpec : FunSpec({
    extension(KotestJvmNetworkExtension())

    test("a reset inside a message fails the read") {
        val address = InetSocketAddress(claim.address(1), 7)
        SelectorManager(Dispatchers.IO).use { selector ->
            val server = aSocket(selector).tcp().bind(address)
            launch {
                repeat(2) {
                    server.accept().use { peer ->
                        val message = peer.openReadChannel().readByteArray(SIZE)
                        peer.openWriteChannel(autoFlush = true).writeByteArray(message)
                    }
                }
                server.close()
            }

            suspend fun echo(message: ByteArray): ByteArray = aSocket(selector).tcp().connect(address).use {
                it.openWriteChannel(autoFlush = true).writeByteArray(message)
                it.openReadChannel().readByteArray(SIZE)
            }

            echo(ByteArray(SIZE) { 7 }) shouldBe ByteArray(SIZE) { 7 }
            network.awaitListening("${claim.address(1)}:7").fault(write = Fault.reset().afterBytes(3))
            shouldThrow<IOException> { echo(ByteArray(SIZE)) }
        }
    }
})
// end snippet
