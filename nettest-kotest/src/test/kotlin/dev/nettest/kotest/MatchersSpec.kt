package dev.nettest.kotest

import dev.nettest.Fault
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.keepAlive
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestScope
import io.kotest.matchers.should
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNot
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.nio.ByteBuffer
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class MatchersSpec : FunSpec({
    extension(KotestNetworkExtension())

    test("a failure for a connection shows the network") {
        val (client, server) = network.pair { server { receiveBufferSize = 1 } }
        failsWith("$client should be readable") { client.shouldBeReadable() }
        failsWith("$client should be closed") { client.shouldBeClosed() }
        failsWith("$client should not be writable") { client.shouldNotBeWritable() }
        client.tryWrite(ByteBuffer.allocate(1))
        failsWith("$client should be writable") { client.shouldBeWritable() }
        failsWith("$server should not be readable") { server.shouldNotBeReadable() }
        client.close()
        failsWith("$client should not be closed") { client.shouldNotBeClosed() }
    }

    test("a failure for a listener shows the network") {
        val listener = network.listener()
        failsWith("$listener should be acceptable") { listener.shouldBeAcceptable() }
        failsWith("$listener should be closed") { listener.shouldBeClosed() }
        listener.connect()
        failsWith("$listener should not be acceptable") { listener.shouldNotBeAcceptable() }
        listener.close()
        failsWith("$listener should not be closed") { listener.shouldNotBeClosed() }
    }

    test("a failure for a datagram endpoint shows the network") {
        val endpoint = network.datagram()
        failsWith("$endpoint should be readable") { endpoint.shouldBeReadable() }
        failsWith("$endpoint should be closed") { endpoint.shouldBeClosed() }
        endpoint.sendUtf8("a", endpoint.localAddress)
        failsWith("$endpoint should not be readable") { endpoint.shouldNotBeReadable() }
        endpoint.close()
        failsWith("$endpoint should not be closed") { endpoint.shouldNotBeClosed() }
    }

    test("the matchers fail with the same text as the functions") {
        val client = network.pair().client
        failsWith("$client should be readable") { client should beReadable() }
        failsWith("$client should be closed") { client should beClosed() }
        failsWith("$client should not be writable") { client shouldNot beWritable() }
    }

    test("a failure about a reset shows the network") {
        val (client, server) = network.pair()
        failsWith("$client should be reset") { client.shouldBeReset() }
        server.reset()
        failsWith("$client should not be reset") { client.shouldNotBeReset() }
        failsWith("$client should not be reset") { client shouldNot beReset() }
    }

    test("another line fails, with both lines") {
        val (client, server) = network.pair()
        server.writeLine("one")
        server.close()
        failsWith("$client should read the line \"two\", but read \"one\"") { client shouldReadLine "two" }
        failsWith("$client should read the line \"two\", but read the end of the stream") {
            client shouldReadLine "two"
        }
    }

    test("a connection that can be read is not silent") {
        suspend fun SuspendingConnection.failsWith(event: String) =
            failsWith("$this should stay silent for 1m, but $event") { shouldStaySilent(1.minutes) }

        val (client, server) = network.pair()
        server.writeUtf8("a")
        client.failsWith("1 byte arrived")
        server.writeUtf8("b")
        client.failsWith("2 bytes arrived")
        client.readUtf8(2)
        server.close()
        client.failsWith("the stream ended")
        val (other, peer) = network.pair()
        peer.reset()
        other.failsWith("it was reset")
        val lost = network.pair().client
        lost.keepAlive = keepAlive(1.seconds, 1.seconds, 1)
        lost.partition()
        val timedOut = "$lost".replace("ESTABLISHED", "RESET")
        failsWith("$timedOut should stay silent for 1m, but a read would end or fail") {
            lost.shouldStaySilent(1.minutes)
        }
    }

    test("a listener and a datagram endpoint are not silent") {
        val listener = network.listener()
        listener.connect()
        failsWith("$listener should stay silent for 1s, but a connection arrived") {
            listener shouldStaySilent 1.seconds
        }
        val endpoint = network.datagram()
        endpoint.sendUtf8("a", endpoint.localAddress)
        failsWith("$endpoint should stay silent for 1s, but a datagram arrived") { endpoint shouldStaySilent 1.seconds }
    }

    test("silence of something closed fails") {
        val client = network.pair().client
        client.close()
        shouldThrow<AssertionError> { client shouldStaySilent 1.seconds }.message!! shouldContain "it is closed"
        shouldThrow<IllegalArgumentException> { network.pair().client shouldStaySilent Duration.INFINITE }
    }

    test("the functions return their subject") {
        val client = network.pair().client
        client.shouldBeWritable().shouldNotBeReadable().shouldNotBeClosed() shouldBeSameInstanceAs client
    }

    test("a failure for faults says the count once") {
        val (client, server) = network.pair()
        val faults = server.fault(read = Fault.slice(1))
        client.writeUtf8("ab")
        server.readUtf8(2) shouldBe "ab"

        "$faults".split("fired 2 times").size shouldBe 2
        shouldThrow<AssertionError> { faults shouldHaveFired 1 }.message shouldBe "should have fired 1 time: $faults"
        shouldThrow<AssertionError> { faults shouldHaveFired 3L }.message shouldBe "should have fired 3 times: $faults"
        shouldThrow<AssertionError> { faults shouldNotHaveFired 2 }.message shouldBe
            "should not have fired 2 times: $faults"
        shouldThrow<AssertionError> { faults shouldNot haveFired(2L) }.message shouldBe
            "should not have fired 2 times: $faults"
    }

    test("a negative count is rejected, because no faults can match it") {
        shouldThrow<IllegalArgumentException> { haveFired(-1) }.message shouldBe
            "faults fire 0 times or more, not -1 times"
    }

    test("a listener is not readable") {
        val listener = network.listener()
        shouldThrow<IllegalArgumentException> { listener should beReadable() }.message!! shouldContain "beAcceptable()"
    }
})

private suspend fun TestScope.failsWith(text: String, block: suspend () -> Unit) {
    val message = shouldThrow<AssertionError> { block() }.message!!
    message.lines().first() shouldBe text
    message shouldContain network.snapshot().toString().trimEnd()
}
