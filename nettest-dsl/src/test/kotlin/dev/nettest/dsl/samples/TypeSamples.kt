package dev.nettest.dsl.samples

import dev.nettest.Fault
import dev.nettest.Impairment
import dev.nettest.Impairment.Oversize
import dev.nettest.LinkProfile
import dev.nettest.Network
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.after
import dev.nettest.dsl.asSuspending
import dev.nettest.dsl.asTimeSource
import dev.nettest.dsl.megabitsPerSecond
import dev.nettest.dsl.network
import dev.nettest.dsl.showingCallerLine
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.io.IOException
import java.net.ConnectException
import java.net.InetSocketAddress
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/* The samples of types: each shows the functions of a type that have no sample of their own. */

internal suspend fun bytesAndText() = network {
    val (client, server) = pair()
    client.writeLine("hello")
    client.writeUtf8("abc")
    client.write(ByteBuffer.wrap(byteArrayOf(1, 2))) shouldBe 2
    client.tryWrite(ByteBuffer.wrap(byteArrayOf(3))) shouldBe 1
    client.shutdownOutput()

    server.readLine() shouldBe "hello"
    server.readUtf8(3) shouldBe "abc"
    server.read(ByteBuffer.allocate(1)) shouldBe 1
    server.tryRead(ByteBuffer.allocate(1)) shouldBe 1
    server.readAvailable() shouldBe byteArrayOf(3)
    server.readUtf8() shouldBe "" // the end of the stream
    server.readByteArray().size shouldBe 0
}

internal suspend fun endsOfAConnection() = network {
    val (client, server) = pair()
    client.shutdownInput()
    client.readLine() shouldBe null
    client.close()
    client.awaitClosed()
    server.awaitPeerClosed()
    server.awaitEndOfStream()

    val (other, peer) = pair()
    other.reset()
    shouldThrow<SocketException> { peer.readLine() }.message shouldBe "Connection reset"
}

internal suspend fun backPressure() = network {
    val (writer, reader) = pair { server { receiveBufferSize = 1 } }
    val writing = launch { writer.writeUtf8("hello") }
    writer.awaitWriteBlocked()
    reader.readUtf8(5) shouldBe "hello"
    writing.join()
    writer.awaitDrained()
    writer.awaitWritable()
}

internal suspend fun forgottenConnection() = network {
    val (client, server) = pair { client { readTimeout = 1.seconds } }
    client.partitioned { server.writeLine("late") } // the NAT has forgotten this connection, and others work
    client.readLine() shouldBe "late"

    client.partition()
    client.repair()
    client.partitionOneWay() // only what the client sends is held
    server.writeLine("hello")
    client.readLine() shouldBe "hello"
}

internal suspend fun cutHosts() = network {
    val app = host("app", "10.0.0.2")
    val db = host("db", "10.0.0.5")
    db.listener(5432).serve { c -> c.lines().collect { c.writeLine(it.reversed()) } }
    val client = app.connect("db:5432") { readTimeout = 1.seconds }

    partition(app, db)
    client.writeLine("ping")
    shouldThrow<SocketTimeoutException> { client.readLine() }
    repair(app, db)
    client.readLine() shouldBe "gnip"

    partitionOneWay(from = db, to = app)
    repair()
    isolated(db) { client.writeLine("ping") }
    client.readLine() shouldBe "gnip"
    isolate(db)
    rejoin(db)
    split(listOf(app), listOf(db))
    repair()
}

internal suspend fun heldDelivery() = network {
    val app = host("app", "10.0.0.2")
    val db = host("db", "10.0.0.5")
    val server = db.datagram(53)
    val client = app.datagram()

    hold(app, db)
    client.sendUtf8("held", "db:53")
    server.isReadable shouldBe false
    release(app, db)
    server.receiveUtf8() shouldBe "held"

    holdOneWay(from = app, to = db)
    release()
}

internal suspend fun linkOfTwoHosts() = network {
    val app = host("app", "10.0.0.2")
    val db = host("db", "10.0.0.5")
    val server = db.datagram(53)
    val link = link(app, db) { latency = 20.milliseconds }

    link.impair { rate = 10.megabitsPerSecond } // keeps the latency
    link.held { app.datagram().sendUtf8("held", "db:53") }
    server.receiveUtf8() shouldBe "held"
    link.hold()
    link.release()
    link.partition()
    link.repair()
    link.partitioned { app.datagram().sendUtf8("lost", "db:53") }
    server.isReadable shouldBe false
}

@OptIn(ExperimentalNettestApi::class)
internal suspend fun impairments() = network {
    host("app", "10.0.0.2")
    host("db", "10.0.0.5")
    link("app", "db") {
        profile(LinkProfile.LTE)
        mtu(1500, Oversize.DROP)
        forward { lossGilbert(goodToBad = 0.01, badToGood = 0.3) }
        backward { lossGilbertElliott(goodToBad = 0.01, badToGood = 0.3, lossInBad = 0.8, lossInGood = 0.001) }
    }
    link("app", "db") { impair(Impairment.NONE) }.toString() shouldBe "link app -> db none; db -> app none"
}

internal suspend fun failingHost() = network {
    val db = host("db", "10.0.0.5") { listener(5432) }
    val client = connect("db:5432")

    db.paused { client.writeLine("ping") } // nothing arrives meanwhile
    db.pause()
    db.resume()
    db.crashWithReset()
    shouldThrow<SocketException> { client.readLine() }.message shouldBe "Connection reset"

    db.restart()
    val listener = db.listener(5432)
    val other = connect("db:5432")
    listener.accept()
    db.crash() // like a killed process: its sockets are closed
    other.readLine() shouldBe null
    db.restart()
    db.crashSilently()
    shouldThrow<SocketTimeoutException> { connect("db:5432") { connectTimeout = 1.seconds } }
}

internal suspend fun listenersAndPaths() = network {
    val listener = listener(InetSocketAddress("10.0.0.5", 80))
    listener.tryAccept() shouldBe null
    val client = listener.connect { from("10.0.0.9:1000") }
    awaitListening("10.0.0.5:80") shouldBe listener
    listener.awaitAcceptable()
    listener.accept().use { it.remoteAddress shouldBe client.localAddress }
    listener.close()
    listener.awaitClosed()

    bind("10.0.0.6:80").use {
        // claimed, and not listening
        shouldThrow<ConnectException> { connect("10.0.0.6:80") }
    }

    listener("unix:/run/app.sock").close()
    unlink("unix:/run/app.sock") shouldBe true // a path outlives its listener
}

internal suspend fun datagrams() = network {
    val server = datagram("10.0.0.53:53")
    val client = datagram()
    client.sendUtf8("one", server.localAddress)
    client.send(ByteBuffer.wrap("two".encodeToByteArray()), server.localAddress)
    server.awaitReceived(2)
    server.awaitReadable()
    server.receive().utf8() shouldBe "one"
    server.receiveUtf8() shouldBe "two"
    server.tryReceive(ByteBuffer.allocate(8)) shouldBe null

    client.connect("10.0.0.53:53")
    client.sendUtf8("three")
    client.disconnect()
    client.close()
    client.awaitClosed()
    server.receiveUtf8() shouldBe "three"
    server.core.asSuspending() shouldBe server
}

internal suspend fun multicast() = network {
    val members = List(2) {
        datagram("*:5000") {
            reusePort = true
            join("224.0.0.1")
        }
    }
    datagram().sendUtf8("hello", "224.0.0.1:5000")
    members.map { it.receiveUtf8() } shouldContainExactly listOf("hello", "hello")
}

internal suspend fun effects() = network {
    val (client, server) = pair {
        client { fault(write = Fault.slice(1), read = Fault.timeout().nth(2).optional()) }
        server { fault(read = Fault.corrupt().afterBytes(100).optional(), close = Fault.failWith(IOException("disk"))) }
    }
    client.writeUtf8("ab")
    server.readUtf8(2) shouldBe "ab"
    shouldThrow<IOException> { server.close() }.message shouldBe "disk"

    val cuts = listOf(Fault.reset(), Fault.halfClose(), Fault.silence(), Fault.stall())
    cuts.forEach { pair().client.fault(write = it.after(1.seconds).optional(), read = Fault.endOfStream().optional()) }
    fault(connect = Fault.refuse().nth(10).optional())
    fault(connect = Fault.unreachable().nth(11).optional())
    fault(read = Fault.failWith { IOException("another instance for each read") }.nth(100).optional())
    fault(receive = Fault.reorder(2).optional(), send = Fault.duplicate(2).optional())
    fault(accept = Fault.delayed(1.seconds).optional(), write = Fault.drip(1, 100.milliseconds).nth(2).optional())
    fault(send = Fault.drop().withProbability(0.1).optional())
    client.readLine() shouldBe null
}

internal suspend fun measuredTime() = network {
    val waited = clock.asTimeSource().measureTime { delay(2.seconds) }
    waited shouldBe 2.seconds
}

internal suspend fun idleNetwork() = network {
    val (client, server) = pair()
    background { server.lines().collect { delay(1.seconds) } } // ends with the network
    client.writeLine("hello")
    awaitIdle()
    server.available shouldBe 0 // nothing more happens until time moves
    snapshot().toString() shouldContain "ESTABLISHED"
}

@OptIn(ExperimentalNettestApi::class)
internal suspend fun realServer() = network {
    val host = host("db", "10.0.0.5")
    bridge("db:5432", InetSocketAddress("127.0.0.1", 5432)).use { it.isClosed shouldBe false }
    host.core.asSuspending() shouldBe host
    Network.create().use { other ->
        shouldThrow<IllegalArgumentException> { link(host, other.localhost().asSuspending()) }
    }
    listener().also { it.core.asSuspending() shouldBe it }
}

@OptIn(ExperimentalNettestApi::class)
internal suspend fun assertionOfYourOwn() = network {
    suspend fun SuspendingConnection.shouldGreet() = showingCallerLine {
        val greeting = readLine() // suspends: the caller is not on the stack any more
        if (greeting != "hello") throw core.network().failure("$this should greet, but sent $greeting")
    }

    val (client, server) = pair()
    launch { server.writeLine("hello") }
    client.shouldGreet()
}
