package dev.nettest.dsl.samples

import dev.nettest.Fault
import dev.nettest.Network
import dev.nettest.Personality
import dev.nettest.TraceEvent
import dev.nettest.TraceLevel
import dev.nettest.channel.NetworkChannels
import dev.nettest.dsl.asSuspending
import dev.nettest.dsl.bytesTransferred
import dev.nettest.dsl.channel
import dev.nettest.dsl.events
import dev.nettest.dsl.isConnectionFailure
import dev.nettest.dsl.keepAlive
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import dev.nettest.dsl.of
import dev.nettest.dsl.openNetwork
import dev.nettest.dsl.scope
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.retry
import kotlinx.coroutines.flow.single
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.io.EOFException
import java.io.IOException
import java.net.InetSocketAddress
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/* The samples of the KDoc. SamplesSpec runs each of them in a coroutine test. */

internal suspend fun echo() = network {
    val echo = listener(7)
    echo.serve { connection -> connection.lines().collect { connection.writeLine(it) } }

    val client = echo.connect()
    client.writeLine("hello")
    client.readLine() shouldBe "hello"
}

internal suspend fun readiness() = network {
    val server = launch {
        delay(3.seconds) // reads its configuration first
        listener("10.0.0.5:7").use { listener -> listener.accept().use { it.writeLine("ready") } }
    }
    val client = awaitListening("10.0.0.5:7", server).connect()
    client.readLine() shouldBe "ready"
}

internal suspend fun faultOnTheThirdRead() = network {
    val (client, server) = pair { server { fault(read = Fault.reset().nth(3)) } }
    repeat(3) { client.writeLine("line $it") }

    repeat(2) { server.read(ByteArray(7)) shouldBe 7 }
    shouldThrow<SocketException> { server.read(ByteArray(7)) }.message shouldBe "Connection reset"
}

internal suspend fun partition() = network {
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

internal suspend fun udpWithLoss() = network(seed = 7) {
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

internal suspend fun javaNetClient() = network {
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

internal suspend fun faultInAHandler() = network {
    val listener = listener("10.0.0.5:7")
    listener.serve {
        fault(write = Fault.reset().nth(2)) // of this connection alone
        connection.writeLine("one")
        connection.writeLine("two")
    }
    val client = listener.connect()
    client.readLine() shouldBe "one"
    shouldThrow<SocketException> { client.readLine() }.message shouldBe "Connection reset"
}

internal suspend fun aWriteThatTransfersAPart() = network {
    val (client, server) = pair { receiveBufferSize = 4 }
    launch {
        client.awaitWriteBlocked()
        server.reset()
    }
    shouldThrow<IOException> { client.writeLine("hello") }.bytesTransferred shouldBe 4
}

internal suspend fun chunksOfAStream() = network {
    val (client, server) = pair()
    launch {
        client.writeUtf8("hello")
        client.shutdownOutput()
    }
    server.chunks().map { it.decodeToString() }.toList().joinToString("") shouldBe "hello"
}

internal suspend fun connectionsOfAListener() = network {
    val listener = listener("10.0.0.5:80")
    launch { listener.connect { from("10.0.0.9:1000") }.use { it.writeLine("hello") } }

    val hello = listener.connections().map { connection -> connection.use { it.readLine() } }.first()
    hello shouldBe "hello"
}

internal suspend fun hostWithAListener() = network {
    val db = host("db", "10.0.0.5", "fd00::5") {
        listener(5432).serve { it.writeLine("welcome") }
    }
    connect("db:5432").readLine() shouldBe "welcome"
    db.addresses.size shouldBe 2
}

internal suspend fun configuredNetwork() {
    val config = networkConfig {
        personality = Personality.WINDOWS
        seed = 42
    }
    network(config) {
        shouldThrow<SocketException> { connect("10.0.0.5:80") }.message shouldBe "Connection refused: getsockopt"
    }
}

internal suspend fun separateSetUpAndTearDown() {
    val network = openNetwork() // in the set-up of a test
    network.listener(80).connect()
    network.close() // in its tear-down
}

internal suspend fun scopeOfANetwork() {
    Network.create().use { network ->
        // such as the one that the extension for JUnit makes
        network.scope {
            val listener = listener("10.0.0.5:7")
            listener.serve { it.writeLine("hello") }
            listener.connect().readLine() shouldBe "hello"
        }
        network.snapshot().listeners().size shouldBe 1
    }
}

internal suspend fun hang() {
    val failure = shouldThrow<AssertionError> {
        network(hangLimit = 2.hours) {
            val (client, server) = pair()
            launch { server.readLine() } // nothing is ever written
            delay(1.hours) // a wait of hours is no hang by itself
            client.readLine()
        }
    }
    failure.message!!.lines().first() shouldBe "nothing more can happen, and these still wait:"
}

internal suspend fun toleratedProtocolError() = network {
    val listener = listener("10.0.0.5:7")
    listener.serve(tolerate = { it.isConnectionFailure || it is EOFException }) { it.readByteArray(100) }

    listener.connect().use { it.writeUtf8("too little") }
    listener.connect().use { it.writeUtf8("and again") } // the server survived the first client
}

internal suspend fun delayedAccept() = network {
    val listener = listener { fault(accept = Fault.delayed(2.seconds)) }
    launch { listener.connect() }
    listener.accept().use { elapsed shouldBe 2.seconds }
}

internal suspend fun slowSender() = network {
    val (client, server) = pair { client { fault(write = Fault.drip(1, 900.milliseconds)) } }
    server.readTimeout = 1.seconds
    val sending = launch { client.writeLine("slow") }

    server.readLine() shouldBe "slow" // no timeout: a byte arrives every 0.9 s
    sending.join()
    elapsed shouldBe 3600.milliseconds
}

internal suspend fun deadPeer() = network {
    val (client, server) = pair { client { keepAlive = keepAlive(idle = 3.seconds, interval = 1.seconds, count = 3) } }
    client.partition() // as when a NAT forgets it

    shouldThrow<IOException> { client.readLine() }.message shouldBe "Connection timed out"
    elapsed shouldBe 6.seconds
    server.isClosed shouldBe false
}

internal suspend fun acceptTimeout() = network {
    val listener = listener()
    shouldThrow<SocketTimeoutException> { listener.accept(5.seconds) }.message shouldBe "Accept timed out"
    elapsed shouldBe 5.seconds
}

internal suspend fun readTimeout() = network {
    val server = pair().server
    server.readTimeout shouldBe Duration.INFINITE
    server.readTimeout = 30.seconds
    shouldThrow<SocketTimeoutException> { server.readLine() }.message shouldBe "Read timed out"
}

internal suspend fun fixedNumberOfBytes() = network {
    val (client, server) = pair()
    client.write(byteArrayOf(0, 5))
    client.writeUtf8("helloworld")
    client.shutdownOutput()

    val length = server.readByteArray(2)[1].toInt()
    server.readUtf8(length) shouldBe "hello"
    server.readByteArray().decodeToString() shouldBe "world"
}

internal suspend fun limitsOfAwaits() = network {
    val (client, server) = pair()
    launch {
        delay(1.seconds)
        client.writeUtf8("hello")
    }
    server.awaitReadable(5.seconds)
    server.awaitReadable(bytes = 5)
    elapsed shouldBe 1.seconds
}

internal suspend fun blockingServer() = network {
    asyncBlocking("server") {
        serverSocketFactory.createServerSocket(7).use { server ->
            while (true) server.accept().use { it.getOutputStream().write("hello\n".toByteArray()) }
        }
    } // ends with the network, which closes the server socket
    awaitListening("localhost:7").connect().readLine() shouldBe "hello"
}

internal suspend fun computation() = network {
    val server = pair().server
    server.readTimeout = 1.seconds
    val sum = withContext(dispatcher) { (1L..1_000_000L).sum() } // virtual time stands meanwhile
    sum shouldBe 500_000_500_000
    elapsed shouldBe Duration.ZERO
}

internal suspend fun connectionOfAChannel() = network {
    val server = selectorProvider.openServerSocketChannel().bind(InetSocketAddress("10.0.0.5", 7))
    server.asSuspending().serve { it.writeLine("hello") }

    selectorProvider.openSocketChannel().use { channel ->
        channel.connect(server.localAddress)
        val client = channel.asSuspending()
        client.readLine() shouldBe "hello"
        client.channel shouldBe channel
    }
    server.asSuspending().channel.close()
}

internal suspend fun connectionOfAnAsynchronousChannel() = network {
    val provider = NetworkChannels.asynchronousChannelProvider(core)
    val server = provider.openAsynchronousServerSocketChannel(null).bind(InetSocketAddress("10.0.0.5", 7))
    server.asSuspending().serve { it.writeLine("hello") }

    val channel = provider.openAsynchronousSocketChannel(null)
    channel.connect(server.localAddress).get()
    channel.asSuspending().readLine() shouldBe "hello"
    channel.close()
    server.close()
}

internal suspend fun endpointOfAChannel() = network {
    selectorProvider.openDatagramChannel().bind(InetSocketAddress("10.0.0.53", 53)).use { channel ->
        val server = channel.asSuspending()
        datagram().sendUtf8("question", server.localAddress)
        server.receiveUtf8() shouldBe "question"
        server.channel shouldBe channel
    }
}

internal suspend fun wrappedConnection() {
    val pair = Network.create().pair()
    val client = pair.client().asSuspending()
    client.writeLine("hello")
    pair.server().asSuspending().readLine() shouldBe "hello"
    pair.client().network().close()
}

internal suspend fun traceOfANetwork() = network(networkConfig { trace = TraceLevel.ALL }) {
    val (client, server) = pair()
    client.writeUtf8("ping")
    server.readUtf8(4) shouldBe "ping"
    server.close()

    trace().events<TraceEvent.Written>().single().payload().text() shouldBe "ping"
    trace().of(client).events<TraceEvent.Closed>().single().fin() shouldBe true
}
