package dev.nettest.kotest.samples

import dev.nettest.Fault
import dev.nettest.TraceEvent
import dev.nettest.kotest.KotestJvmNetworkExtension
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.KotestRealSocketExtension
import dev.nettest.kotest.NetworkLifetime
import dev.nettest.kotest.beAcceptable
import dev.nettest.kotest.beClosed
import dev.nettest.kotest.beReadable
import dev.nettest.kotest.beReset
import dev.nettest.kotest.beWritable
import dev.nettest.kotest.claim
import dev.nettest.kotest.currentClaim
import dev.nettest.kotest.currentNetwork
import dev.nettest.kotest.haveEvent
import dev.nettest.kotest.haveEventsInOrder
import dev.nettest.kotest.haveFired
import dev.nettest.kotest.matchGoldenFile
import dev.nettest.kotest.network
import dev.nettest.kotest.shouldBeAcceptable
import dev.nettest.kotest.shouldBeClosed
import dev.nettest.kotest.shouldBeReadable
import dev.nettest.kotest.shouldBeReset
import dev.nettest.kotest.shouldBeWritable
import dev.nettest.kotest.shouldHaveEvent
import dev.nettest.kotest.shouldHaveEventsInOrder
import dev.nettest.kotest.shouldHaveFired
import dev.nettest.kotest.shouldMatchGoldenFile
import dev.nettest.kotest.shouldNotBeAcceptable
import dev.nettest.kotest.shouldNotBeClosed
import dev.nettest.kotest.shouldNotBeReadable
import dev.nettest.kotest.shouldNotBeReset
import dev.nettest.kotest.shouldNotBeWritable
import dev.nettest.kotest.shouldNotHaveEvent
import dev.nettest.kotest.shouldNotHaveEventsInOrder
import dev.nettest.kotest.shouldNotHaveFired
import dev.nettest.kotest.shouldReadLine
import dev.nettest.kotest.shouldStaySilent
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestScope
import io.kotest.matchers.and
import io.kotest.matchers.should
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNot
import kotlinx.coroutines.launch
import java.net.Socket
import java.nio.ByteBuffer
import kotlin.time.Duration.Companion.milliseconds

// The documentation shows the bodies of these functions. SamplesSpec runs them.

fun FunSpec.networkForEachTest() {
    extension(KotestNetworkExtension())

    test("echo") {
        val echo = network.listener(7)
        launch { echo.accept().use { it.writeLine(it.readLine().orEmpty()) } }

        echo.connect().use { client ->
            client.writeLine("hello")
            client.readLine() shouldBe "hello"
        }
    }
}

fun FunSpec.networkWithSeed() {
    extension(KotestNetworkExtension(seed = 7))

    test("the seed") { network.seed shouldBe 7 }
}

fun FunSpec.networkForEachContainer() {
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.CONTAINER))

    context("an echo server") {
        network.listener(7).serve { c -> c.lines().collect { c.writeLine(it) } }

        test("answers") {
            val client = network.connect(7)
            client.writeLine("hello")
            client shouldReadLine "hello"
        }

        test("answers another client") {
            val client = network.connect(7)
            client.writeLine("and again")
            client shouldReadLine "and again"
        }
    }
}

fun FunSpec.networkForEachSpec() {
    extension(KotestNetworkExtension(lifetime = NetworkLifetime.SPEC))
    beforeSpec { currentNetwork().listener(7).serve { it.writeLine("hello") } }

    test("a client is greeted") { network.connect(7) shouldReadLine "hello" }
}

fun FunSpec.claimForEachTest() {
    extension(KotestJvmNetworkExtension())

    test("a client that opens its own socket is greeted") {
        network.listener("${claim.address(1)}:80").serve { it.writeLine("hello") }

        network.blocking {
            Socket(claim.address(1), 80).use { it.getInputStream().bufferedReader().readLine() }
        } shouldBe "hello"
    }
}

fun FunSpec.claimForEachSpec() {
    extension(KotestJvmNetworkExtension(lifetime = NetworkLifetime.SPEC))
    beforeSpec { currentNetwork().listener("${currentClaim().address(1)}:80").serve { it.writeLine("hello") } }

    test("a client is greeted") {
        network.blocking {
            Socket(claim.address(1), 80).use { it.getInputStream().bufferedReader().readLine() }
        } shouldBe "hello"
    }
}

fun TestScope.claimOfTheTest() {
    claim.host("db")
    network.listener("${claim.address(1)}:5432").serve { it.readLine() }

    Socket("db.${claim.domain()}", 5432).use { it.inetAddress.hostAddress shouldBe claim.address(1) }
}

suspend fun TestScope.networkOfTheTest() {
    val (client, server) = network.pair()
    launch { server.writeLine(network.seed.toString()) }
    client.readLine() shouldBe network.seed.toString()
}

suspend fun TestScope.matchReadable() {
    val (client, server) = network.pair()
    server.shouldNotBeReadable()
    client.writeUtf8("a")
    server.shouldBeReadable()
    server should (beWritable() and beReadable())

    val endpoint = network.datagram()
    endpoint.shouldNotBeReadable()
    endpoint.sendUtf8("a", endpoint.localAddress)
    endpoint.shouldBeReadable()
    endpoint should beReadable()
}

fun TestScope.matchWritable() {
    val (client, server) = network.pair { server { receiveBufferSize = 1 } }
    client.shouldBeWritable()
    client.tryWrite(ByteBuffer.allocate(1))
    client.shouldNotBeWritable()
    client shouldNot beWritable()
    server.shouldBeWritable() should beWritable()
}

suspend fun TestScope.matchReset() {
    val (client, server) = network.pair()
    client.shouldNotBeReset()
    server.reset()
    client.shouldBeReset() should beReset()
    server should beReset() // it sent the reset
}

suspend fun TestScope.readLines() {
    val (client, server) = network.pair()
    server.writeLine("220 ready")
    server.writeLine("250 ok")
    client shouldReadLine "220 ready" shouldReadLine "250 ok"
}

suspend fun TestScope.staySilent() {
    val (client, server) = network.pair()
    val listener = network.listener()
    val endpoint = network.datagram()
    client shouldStaySilent 20.milliseconds // of the network's time
    listener shouldStaySilent 20.milliseconds
    endpoint shouldStaySilent 20.milliseconds
    server.writeLine("hello")
    client shouldReadLine "hello"
}

fun TestScope.matchClosed() {
    val listener = network.listener()
    val endpoint = network.datagram()
    val (client, server) = network.pair()
    listener.shouldNotBeClosed().close()
    endpoint.shouldNotBeClosed().close()
    client.shouldNotBeClosed().close()

    listener.shouldBeClosed() should beClosed()
    endpoint.shouldBeClosed() should beClosed()
    client.shouldBeClosed() should beClosed()
    server shouldNot beClosed()
}

suspend fun TestScope.matchAcceptable() {
    val listener = network.listener()
    listener.shouldNotBeAcceptable() shouldNot beAcceptable()
    listener.connect()
    listener.shouldBeAcceptable() should beAcceptable()
}

suspend fun TestScope.matchFired() {
    val (client, server) = network.pair()
    val faults = server.fault(read = Fault.slice(1))
    client.writeUtf8("ab")
    faults shouldHaveFired 0
    server.readUtf8(2) shouldBe "ab"

    faults shouldHaveFired 2 shouldNotHaveFired 1
    faults shouldHaveFired 2L shouldNotHaveFired 1L
    faults should haveFired(2)
    faults should haveFired(2L)
}

suspend fun TestScope.matchTrace() {
    val (client, server) = network.pair()
    client.writeUtf8("ping")
    server.readUtf8(4) shouldBe "ping"
    server.close()

    network.trace()
        .shouldHaveEvent<TraceEvent.Written> { it.payload().text() == "ping" }
        .shouldHaveEventsInOrder(TraceEvent.Written::class, TraceEvent.BytesRead::class, TraceEvent.Closed::class)
        .shouldNotHaveEvent<TraceEvent.Retransmitted>()
        .shouldNotHaveEventsInOrder(TraceEvent.BytesRead::class, TraceEvent.Written::class)
    network.trace() should haveEvent<TraceEvent.BytesRead>()
    network.trace() should haveEvent(TraceEvent.BytesRead::class) { it.bytes() == 4L }
    network.trace() should haveEventsInOrder(TraceEvent.Written::class, TraceEvent.BytesRead::class)
}

fun FunSpec.forbidRealSockets() {
    extension(KotestNetworkExtension())
    extension(KotestRealSocketExtension("127.0.0.1:5432", "org.testcontainers"))

    test("uses the network alone") {
        val (client, server) = network.pair()
        client.writeLine("hello")
        server.readLine() shouldBe "hello"
    }
}

suspend fun TestScope.matchGoldenFile() {
    val (client, server) = network.pair()
    val transcript = client.core.transcript()
    client.writeLine("PING")
    server.readLine()
    server.writeLine("PONG")
    client.readLine()

    transcript shouldMatchGoldenFile "golden/ping.txt"
    transcript.hex() shouldMatchGoldenFile "golden/ping.hex"
    transcript should matchGoldenFile("golden/ping.txt")
}
