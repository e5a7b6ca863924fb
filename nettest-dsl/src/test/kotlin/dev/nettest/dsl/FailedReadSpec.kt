package dev.nettest.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import java.io.EOFException
import java.io.IOException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds

/** A reader that failed in the middle has read its bytes: its close is no reset, like after `readFully` of a socket. */
class FailedReadSpec : FunSpec({
    coroutineTestScope = true

    test("a close after an early end of stream sends FIN") {
        network {
            val (client, server) = pair()
            server.writeUtf8("short")
            server.shutdownOutput()
            shouldThrow<EOFException> { client.readByteArray(8) }.message shouldBe "end of stream after 5 of 8 bytes"
            client.close()
            server.readLine() shouldBe null
            server.isReset shouldBe false
        }
    }

    test("a close after a timeout or a cancellation sends FIN") {
        network {
            val (client, server) = pair { client { readTimeout = 1.milliseconds } }
            server.writeUtf8("short")
            shouldThrow<SocketTimeoutException> { client.readLine() }
            val reader = launch(start = CoroutineStart.UNDISPATCHED) { client.readByteArray(8) }
            reader.cancel()
            reader.join()
            client.available shouldBe 5
            client.close()
            server.readLine() shouldBe null
        }
    }

    test("bytes that were never read reset the connection, and only they are counted") {
        network {
            val (client, server) = pair { client { readTimeout = 1.milliseconds } }
            server.writeUtf8("short")
            shouldThrow<SocketTimeoutException> { client.readLine() }
            server.writeUtf8("er")
            client.close()
            shouldThrow<IOException> { server.readLine() }.message shouldBe "Connection reset"
            core.failure("").message!! shouldContain "RST, close with 2 bytes unread"
        }
    }

    test("the bytes can be read again, and then count as read") {
        network {
            val (client, server) = pair()
            server.writeUtf8("short")
            server.shutdownOutput()
            shouldThrow<EOFException> { client.readByteArray(8) }
            client.readUtf8(3) shouldBe "sho"
            shouldThrow<EOFException> { client.readByteArray(3) }
            client.readUtf8() shouldBe "rt"
            client.close()
            server.readLine() shouldBe null
            yield()
        }
    }
})
