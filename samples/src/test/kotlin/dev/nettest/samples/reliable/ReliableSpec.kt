package dev.nettest.samples.reliable

import dev.nettest.Fault
import dev.nettest.NetworkClock
import dev.nettest.dsl.SuspendingHost
import dev.nettest.dsl.network
import dev.nettest.socket.NetworkSockets
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBePositive
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.channels.Channel
import java.net.InetSocketAddress
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

private const val PORT = 4000

/** A custom protocol over UDP with seeded loss, duplication and reordering, in virtual time. */
class ReliableSpec : FunSpec({
    coroutineTestScope = true

    // snippet: reliable-kotlin
    test("every message arrives once and in order") {
        network(seed = 42) {
            val left = host("left", "10.0.0.1")
            val right = host("right", "10.0.0.2")
            val lost = fault(send = Fault.drop().withProbability(0.2))
            val duplicated = fault(send = Fault.duplicate(1).withProbability(0.1))
            val late = fault(send = Fault.reorder(3).withProbability(0.1))
            val messages = List(100) { "message $it" }
            val arrived = Channel<String>(Channel.UNLIMITED)
            val receiver = receiver(right)
            asyncBlocking("receiver") {
                receiver.use { while (true) arrived.trySend(it.receive().decodeToString()) }
            }

            val retransmissions = asyncBlocking("sender") {
                sender(left, right, clock).use { sender ->
                    messages.forEach { sender.send(it.encodeToByteArray()) }
                    sender.flush()
                    sender.retransmissions()
                }
            }

            messages.forEach { arrived.receive() shouldBe it }
            retransmissions.await() shouldBe 56 // the same in every run with this seed
            arrived.tryReceive().isSuccess shouldBe false
            listOf(lost, duplicated, late).forEach { it.fireCount.shouldBePositive() }
            clock.nanoTime().nanoseconds shouldBe 10.8.seconds
        }
    }
    // end snippet
})

private fun receiver(host: SuspendingHost) =
    ReliableReceiver(NetworkSockets.datagramSocket(host.core, InetSocketAddress(PORT)))

private fun sender(from: SuspendingHost, to: SuspendingHost, clock: NetworkClock): ReliableSender {
    val socket = NetworkSockets.datagramSocket(from.core, InetSocketAddress(0))
    socket.connect(InetSocketAddress(to.addresses.first(), PORT))
    return ReliableSender(socket, clock.toClock())
}
