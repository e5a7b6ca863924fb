package dev.nettest.dsl

import dev.nettest.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.net.BindException
import java.net.ConnectException
import java.net.InetSocketAddress
import java.net.SocketException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import kotlin.time.Duration.Companion.seconds

class HostSpec : FunSpec({
    coroutineTestScope = true

    test("hosts listen and connect from their addresses") {
        network {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5", "fd00::5")
            val store = db.listener(5432) { backlog = 1 }
            store.serve { connection -> connection.writeLine(connection.readLine()!!.reversed()) }

            val client = app.connect("db:5432") { receiveBufferSize = 64 }
            client.writeLine("ping")

            client.readLine() shouldBe "gnip"
            (client.localAddress as InetSocketAddress).address.hostAddress shouldBe "10.0.0.2"
            (client.remoteAddress as InetSocketAddress).address.hostAddress shouldBe "10.0.0.5"
            store.core.host() shouldBeSameInstanceAs db.core
            db.name shouldBe "db"
            db.addresses.map { it.hostAddress } shouldBe listOf("10.0.0.5", "fd00:0:0:0:0:0:0:5")
            db.toString() shouldBe "host db (10.0.0.5, fd00::5)"
        }
    }

    test("a wildcard listener accepts only on the addresses of its host") {
        network {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5", "10.0.1.5")
            val ofApp = app.listener("*:80")
            val ofDb = db.listener(InetSocketAddress(80))

            app.connect("10.0.1.5:80").peer shouldBeAcceptedBy ofDb
            db.connect(InetSocketAddress(app.addresses.first(), 80)).peer shouldBeAcceptedBy ofApp
            ofDb.connect().peer shouldBeAcceptedBy ofDb
            shouldThrow<BindException> { db.listener("app:81") }.message shouldBe "Cannot assign requested address"
            (db.listener().localAddress as InetSocketAddress).address shouldBe db.addresses.first()
        }
    }

    test("a claimed address refuses connects until it listens") {
        network {
            val db = host("db", "10.0.0.5")
            db.bind("db:80").use { binding ->
                shouldThrow<ConnectException> { connect("10.0.0.5:80") }.message shouldBe "Connection refused"
                shouldThrow<BindException> { db.listener(80) }.message shouldBe "Address already in use"
                val listener = binding.listen().asSuspending()
                connect("10.0.0.5:80").remoteAddress shouldBe listener.localAddress
            }
            bind(InetSocketAddress("127.0.0.1", 0)).close()
        }
    }

    test("a name can move to another host") {
        network {
            val old = host("old", "10.0.0.5")
            val new = host("new", "10.0.0.6")
            val first = old.listener(80)
            val second = new.listener(80)
            names.set("api", old.core)
            connect("api:80").peer shouldBeAcceptedBy first

            old.crash()
            shouldThrow<ConnectException> { connect("api:80") }.message shouldBe "Connection refused"
            names.set("api", "10.0.0.6")

            connect("api:80").peer shouldBeAcceptedBy second
            names.remove("api")
            shouldThrow<UnknownHostException> { connect("api:80") }.message shouldBe "api"
        }
    }

    test("a crash ends connections, and a restarted host has no listener") {
        network {
            val db = core.host("db", "10.0.0.5").asSuspending()
            val listener = db.listener(80)
            val client = listener.connect()
            listener.accept()
            val queued = listener.connect()

            db.crash()
            client.readLine() shouldBe null
            shouldThrow<SocketException> { queued.readLine() }.message shouldBe "Connection reset"
            shouldThrow<SocketException> { db.connect("localhost:80") }.message shouldBe
                "Network is down: host db crashed before this connect to 127.0.0.1:80"

            db.restart()
            shouldThrow<ConnectException> { connect("db:80") }
            db.listener(80).connect().isClosed shouldBe false
        }
    }

    test("a crash with reset resets connections") {
        network {
            val db = host("db", "10.0.0.5")
            val listener = db.listener(80)
            val client = listener.connect()
            listener.accept()

            db.crashWithReset()

            shouldThrow<SocketException> { client.readLine() }.message shouldBe "Connection reset"
        }
    }

    test("timeouts against a paused host take no real time") {
        network {
            val db = host("db", "10.0.0.5")
            val listener = db.listener(80)
            listener.serve { it.writeLine(it.readLine()!!.reversed()) }
            val client = connect("db:80") { readTimeout = 30.seconds }

            db.pause()
            client.writeLine("ping")
            shouldThrow<SocketTimeoutException> { client.readLine() }.message shouldBe "Read timed out"
            shouldThrow<SocketTimeoutException> { connect("db:80") { connectTimeout = 1.seconds } }
            db.resume()

            client.readLine() shouldBe "gnip"
        }
    }

    test("a peer notices a silent crash when it writes after the restart") {
        network {
            val db = host("db", "10.0.0.5")
            val client = db.listener(80).connect { readTimeout = 30.seconds }

            db.crashSilently()
            shouldThrow<SocketTimeoutException> { client.readLine() }
            db.restart()
            shouldThrow<SocketTimeoutException> { client.readLine() }

            client.writeLine("ping")
            shouldThrow<SocketException> { client.readLine() }.message shouldBe "Connection reset"
        }
    }

    test("datagram endpoints of a host use its addresses") {
        network {
            val app = host("app", "10.0.0.2")
            val dns = host("dns", "10.0.0.53", "10.0.1.53")
            val server = dns.datagram("*:53") { receiveTimeout = 5.seconds }
            app.datagram(InetSocketAddress(53)).core.host() shouldBeSameInstanceAs app.core
            val client = app.datagram("*:0")

            client.sendUtf8("who?", "dns:53")

            server.receive().sender shouldBe InetSocketAddress("10.0.0.2", client.port)
            dns.datagram().localAddress.address shouldBe dns.addresses.first()
            dns.datagram(54).port shouldBe 54
            shouldThrow<BindException> { dns.datagram("app:54") }.message shouldBe "Cannot assign requested address"
            dns.pause()
            client.sendUtf8("are you there?", "10.0.1.53:53")
            shouldThrow<SocketTimeoutException> { server.receive() }
            dns.resume()
            server.receiveUtf8() shouldBe "are you there?"
            dns.crash()
            server.isClosed shouldBe true
        }
    }

    test("faults of a host apply to everything on it") {
        network {
            val app = host("app", "10.0.0.2") { fault(connect = Fault.unreachable().nth(2)) }
            val db = host("db", "10.0.0.5") { fault(send = Fault.drop().once()) }
            val reads = db.fault(read = Fault.endOfStream())
            val listener = db.listener(80)
            val client = app.connect("db:80")
            client.writeLine("ping")

            listener.accept().use { it.readLine() shouldBe null }
            shouldThrow<SocketException> { app.connect("db:80") }.message shouldBe "No route to host"
            val endpoint = app.datagram()
            val sender = db.datagram()
            sender.sendUtf8("lost", endpoint.localAddress)
            sender.sendUtf8("kept", endpoint.localAddress)
            endpoint.receiveUtf8() shouldBe "kept"
            reads.fireCount shouldBe 1
        }
    }

    test("sockets of a host connect and listen from its addresses") {
        network {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5")
            asyncBlocking("server") {
                db.serverSocketFactory.createServerSocket(5432).use { server ->
                    server.accept().use { it.getOutputStream().write(it.inetAddress.hostAddress.toByteArray()) }
                }
            }
            awaitListening("db:5432")

            val seen = asyncBlocking("client") {
                app.socketFactory.createSocket("db", 5432).use { it.getInputStream().readAllBytes().decodeToString() }
            }

            seen.await() shouldBe "10.0.0.2"
        }
    }
})

private suspend infix fun SuspendingConnection.shouldBeAcceptedBy(listener: SuspendingListener) {
    val accepted = listener.accept()
    accepted.core shouldBeSameInstanceAs core
    accepted.close()
}
