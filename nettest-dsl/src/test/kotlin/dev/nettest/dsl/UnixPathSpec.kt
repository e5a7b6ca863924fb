package dev.nettest.dsl

import dev.nettest.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.launch
import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.SocketException
import java.net.UnixDomainSocketAddress
import kotlin.time.Duration.Companion.seconds

/** Unix domain sockets in coroutines. */
class UnixPathSpec : FunSpec({
    coroutineTestScope = true

    test("a path can be served and connected to, as text and as an address") {
        network {
            val address = UnixDomainSocketAddress.of("/run/app.sock")
            val listener = listener("unix:/run/app.sock") {
                receiveBufferSize shouldBe 219_264
                backlog = 1
            }
            listener.localAddress shouldBe address
            listener.port shouldBe -1
            listener.serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }

            val client = connect(address) { readTimeout = 30.seconds }
            client.writeLine("ping")

            client.readLine() shouldBe "gnip"
            client.remoteAddress shouldBe address
            client.localAddress shouldBe UnixDomainSocketAddress.of("")
        }
    }

    test("after a close the peer's write fails, and its read gets the remaining bytes") {
        network {
            val listener = listener(UnixDomainSocketAddress.of("/run/app.sock"))
            val client = connect("unix:/run/app.sock") { from("unix:/tmp/client") }
            val server = listener.accept()
            server.remoteAddress shouldBe UnixDomainSocketAddress.of("/tmp/client")
            client.writeLine("unread")
            server.writeLine("rest")
            server.close()

            shouldThrow<IOException> { client.writeLine("too late") }.message shouldBe "Broken pipe"
            client.readLine() shouldBe "rest"
            shouldThrow<SocketException> { client.readLine() }.message shouldBe "Connection reset"
        }
    }

    test("a path stays until it is removed") {
        network {
            shouldThrow<SocketException> { connect("unix:/run/app.sock") }.message shouldBe "No such file or directory"
            listener("unix:/run/app.sock").close()

            shouldThrow<ConnectException> { connect("unix:/run/app.sock") }
            shouldThrow<BindException> { listener("unix:/run/app.sock") }
            unlink("unix:/run/app.sock") shouldBe true

            listener("unix:/run/app.sock")
            unlink(UnixDomainSocketAddress.of("/run/app.sock")) shouldBe true
            unlink("unix:/run/app.sock") shouldBe false
        }
    }

    test("each host has its own paths, and awaitListening looks there") {
        network {
            val db = host("db", "10.0.0.5")
            listener("unix:/run/db.sock")
            val server = launch { db.listener("unix:/run/db.sock").serve { it.writeLine("db") } }

            val listener = db.awaitListening("unix:/run/db.sock", server)

            db.awaitListening(listener.localAddress) shouldBe listener
            db.awaitListening(listener.localAddress, server) shouldBe listener
            db.awaitListening("unix:/run/db.sock") shouldBe listener
            db.connect("unix:/run/db.sock").readLine() shouldBe "db"
            db.unlink("unix:/run/db.sock") shouldBe true
            db.unlink(listener.localAddress) shouldBe false
            connect("unix:/run/db.sock").isClosed shouldBe false
        }
    }

    test("awaitListening fails if the server of a path ends before it listens") {
        network {
            val address = UnixDomainSocketAddress.of("/run/app.sock")
            val server = launch { }

            shouldThrow<AssertionError> { awaitListening(address, server) }.message!! shouldStartWith
                "the server ended before it listened on unix:/run/app.sock\n"
        }
    }

    test("faults act on paths") {
        network {
            val listener = listener("unix:/run/app.sock") { fault(connect = Fault.refuse().once()) }

            shouldThrow<ConnectException> { listener.connect() }.message shouldBe "Connection refused"
            listener.connect().isClosed shouldBe false
        }
    }
})
