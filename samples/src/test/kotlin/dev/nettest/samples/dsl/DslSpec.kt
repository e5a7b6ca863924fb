package dev.nettest.samples.dsl

import dev.nettest.Fault
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.property.Exhaustive
import io.kotest.property.checkAll
import io.kotest.property.exhaustive.ints
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.retry
import kotlinx.coroutines.flow.single
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class DslSpec : FunSpec({
    coroutineTestScope = true

    test("an echo server") {
        // snippet: dsl-echo
        network {
            val echo = listener(7)
            echo.serve { connection -> connection.lines().collect { connection.writeLine(it) } }

            val client = echo.connect()
            client.writeLine("hello")
            client.readLine() shouldBe "hello"
        }
        // end snippet
    }

    test("a client waits for a server that starts late") {
        // snippet: dsl-readiness
        network {
            val server = launch {
                delay(3.seconds) // reads its configuration first
                listener("10.0.0.5:7").use { l -> l.accept().use { it.writeLine("ready") } }
            }
            val client = awaitListening("10.0.0.5:7", server).connect()
            client.readLine() shouldBe "ready"
        }
        // end snippet
    }

    test("the third read is reset") {
        // snippet: dsl-fault
        network {
            val (client, server) = pair { server { fault(read = Fault.reset().nth(3)) } }
            repeat(3) { client.writeLine("line $it") }

            val chunk = ByteArray(7)
            repeat(2) { server.read(chunk) shouldBe 7 }
            shouldThrow<SocketException> { server.read(chunk) }.message shouldBe "Connection reset"
        }
        // end snippet
    }

    test("an answer survives a partition, late and whole") {
        // snippet: dsl-partition
        network {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5")
            link(app, db) { latency = 20.milliseconds }
            db.listener(5432).serve { c -> c.lines().collect { c.writeLine(it.reversed()) } }
            val client = app.connect("db:5432") { readTimeout = 30.seconds }

            partitioned(app, db) {
                client.writeLine("ping")
                shouldThrow<SocketTimeoutException> { client.readLine() }
            }
            client.readLine() shouldBe "gnip" // late, and whole
            elapsed.inWholeSeconds shouldBe 30
        }
        // end snippet
    }

    test("a writer waits for its reader") {
        // snippet: dsl-back-pressure
        network {
            val (writer, reader) = pair { server { receiveBufferSize = 1 } }
            val writing = launch { writer.writeUtf8("hello") }
            writer.awaitWriteBlocked()
            reader.readUtf8(5) shouldBe "hello"
            writing.join()
        }
        // end snippet
    }

    test("a question is asked again until an answer arrives") {
        // snippet: dsl-udp
        network(seed = 7) {
            val app = host("app", "10.0.0.2")
            val dns = host("dns", "10.0.0.53")
            link(app, dns) {
                latency = 10.milliseconds
                loss = 0.5
            }
            val server = dns.datagram(53)
            server.datagrams().onEach { server.sendUtf8("10.0.0.5", it.sender) }.launchIn(backgroundScope)

            val client = app.datagram { receiveTimeout = 1.seconds }
            var asked = 0
            val answer = flow {
                asked++
                client.sendUtf8("db", "dns:53")
                emit(client.receiveUtf8())
            }.retry(20) { it is SocketTimeoutException }.single()

            answer shouldBe "10.0.0.5"
            elapsed shouldBe (asked - 1).seconds + 20.milliseconds
        }
        // end snippet
    }

    test("an allow list") {
        // snippet: dsl-allow-list
        network {
            val listener = listener("*:443")
            listener.serve { c -> if (c.remoteAddress.toString().startsWith("/10.")) c.writeLine("welcome") }

            listener.connect { from("10.1.2.3:40000") }.readLine() shouldBe "welcome"
            listener.connect { from("192.168.1.100:12345") }.readLine() shouldBe null
        }
        // end snippet
    }

    test("a client on sockets of java.net") {
        // snippet: dsl-java-net
        network {
            listener("10.0.0.5:7").serve { awaitCancellation() }

            shouldThrow<SocketTimeoutException> {
                blocking {
                    socketFactory.createSocket("10.0.0.5", 7).use {
                        it.soTimeout = 30_000
                        it.getInputStream().read()
                    }
                }
            }
            elapsed shouldBe 30.seconds
        }
        // end snippet
    }

    test("every pair of split points of a message") {
        // snippet: dsl-split-points
        val message = "GET motto\r\nSET é 1\n".encodeToByteArray()
        checkAll(Exhaustive.ints(1..<message.size), Exhaustive.ints(1..<message.size)) { first, second ->
            network {
                val (client, server) = pair()
                launch {
                    client.writeInPieces(message, first, second)
                    client.shutdownOutput()
                }
                server.lines().toList() shouldBe listOf("GET motto", "SET é 1")
            }
        }
        // end snippet
    }

    test("a hang fails at once, and names what waits") {
        val failure = shouldThrow<AssertionError> {
            // snippet: dsl-hang
            network {
                val listener = listener("10.0.0.5:7")
                listener.serve {
                    it.readLine()
                    awaitCancellation()
                }
                withContext(CoroutineName("client")) { listener.connect().readLine() } // fails at once
            }
            // end snippet
        }
        failure.message!!.replace(Regex("kt:\\d+"), "kt:N") shouldStartWith
            """
            |nothing more can happen, and these still wait:
            |  coroutine "serve"  in accept of 10.0.0.5:7
            |  coroutine "client" in readLine of 127.0.0.1:49152 -> 10.0.0.5:7, at DslSpec.kt:N
            |  coroutine "serve"  in readLine of 10.0.0.5:7 -> 127.0.0.1:49152, at DslSpec.kt:N
            |likely cause: both ends of 127.0.0.1:49152 -> 10.0.0.5:7 read, and neither writes
            |Proto  State
            """.trimMargin()
    }
})

// snippet: dsl-split-points-pieces
private suspend fun SuspendingConnection.writeInPieces(bytes: ByteArray, first: Int, second: Int) {
    val cuts = listOf(0, minOf(first, second), maxOf(first, second), bytes.size)
    cuts.zipWithNext { from, to -> write(bytes, from, to) }
}
// end snippet
