package dev.nettest.dsl

import dev.nettest.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import java.net.PortUnreachableException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class DatagramSpec :
    FunSpec({
        coroutineTestScope = true

        test("a datagram arrives complete, with its sender") {
            network {
                val server = datagram("10.0.0.5:53")
                val client = datagram()

                client.sendUtf8("who?", "10.0.0.5:53")
                val question = server.receive()
                question.utf8() shouldBe "who?"
                question.sender shouldBe client.localAddress
                server.sendUtf8("me", question.sender)

                client.receiveUtf8() shouldBe "me"
                client.isReadable shouldBe false
            }
        }

        test("a receive suspends until a datagram arrives") {
            network {
                val server = datagram(4000)
                val client = datagram()
                val received = async(start = CoroutineStart.UNDISPATCHED) { server.receiveUtf8() }

                client.send(ByteBuffer.wrap("x".encodeToByteArray()), server.localAddress)

                received.await() shouldBe "x"
                server.port shouldBe 4000
            }
        }

        test("a receive times out in virtual time") {
            network {
                val server = datagram { receiveTimeout = 30.seconds }
                val before = clock.nanoTime()

                shouldThrow<SocketTimeoutException> { server.receive() }.message shouldBe "Receive timed out"

                clock.nanoTime() - before shouldBe 30.seconds.inWholeNanoseconds
                server.receiveTimeout shouldBe 30.seconds
            }
        }

        test("a cancelled receive loses no datagram") {
            network {
                val server = datagram()
                val client = datagram()
                repeat(100) { round ->
                    val receiving = launch(start = CoroutineStart.UNDISPATCHED) { server.receiveUtf8() }
                    if (round % 2 == 0) {
                        // Resumes the receive, which is cancelled before it runs.
                        client.sendUtf8("$round", server.localAddress)
                    }
                    receiving.cancelAndJoin()
                    if (round % 2 != 0) {
                        client.sendUtf8("$round", server.localAddress)
                    }
                    server.receiveUtf8() shouldBe "$round"
                }
            }
        }

        test("a close resumes a waiting receive") {
            network {
                val server = datagram()
                val receiving = async(start = CoroutineStart.UNDISPATCHED) {
                    shouldThrow<AsynchronousCloseException> { server.receive() }
                }
                val closing = async(start = CoroutineStart.UNDISPATCHED) { server.awaitClosed() }

                server.close()

                receiving.await()
                closing.await()
                server.isClosed shouldBe true
            }
        }

        test("a connected endpoint reports an unreachable port") {
            network {
                val server = datagram()
                val client = datagram()
                client.connect(server.localAddress)
                client.remoteAddress shouldBe server.localAddress
                server.close()

                client.sendUtf8("1")

                shouldThrow<PortUnreachableException> { client.sendUtf8("2") }
                client.disconnect()
                client.remoteAddress shouldBe null
            }
        }

        test("faults, settings and awaits") {
            network {
                val server = datagram("*:5353") {
                    reuseAddress = true
                    receiveBufferSize = 832
                    join("239.1.2.3")
                    fault(receive = Fault.delayed(20.milliseconds.toJava()).once())
                }
                val client = datagram()
                val dropping = client.fault(send = Fault.drop().once())

                client.sendUtf8("lost", "239.1.2.3:5353")
                client.sendUtf8("kept", "239.1.2.3:5353")
                client.sendUtf8("no room", "239.1.2.3:5353")
                dropping.fireCount shouldBe 1
                server.awaitReceived(1)
                server.isReadable shouldBe false
                server.awaitReadable()

                server.receiveUtf8() shouldBe "kept"
                server.droppedCount shouldBe 1
                server.tryReceive(ByteBuffer.allocate(1)) shouldBe null
                shouldThrow<AssertionError> { server.awaitReceived(2, 5.seconds) }.message shouldContain
                    "to be reached by 2 datagrams"
            }
        }

        test("a stalled send continues when the fault is removed") {
            network {
                val server = datagram()
                val client = datagram()
                val stalling = client.fault(send = Fault.stall())
                val sending = async(start = CoroutineStart.UNDISPATCHED) { client.sendUtf8("x", server.localAddress) }
                server.isReadable shouldBe false

                stalling.close()

                sending.await()
                server.receiveUtf8() shouldBe "x"
            }
        }
    })

private fun kotlin.time.Duration.toJava() = java.time.Duration.ofNanos(inWholeNanoseconds)
