package dev.nettest.consumers

import dev.nettest.Fault
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.beAcceptable
import dev.nettest.kotest.beClosed
import dev.nettest.kotest.beReadable
import dev.nettest.kotest.haveFired
import dev.nettest.kotest.network
import dev.nettest.kotest.shouldBeWritable
import dev.nettest.kotest.shouldHaveFired
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.should
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNot
import io.kotest.matchers.string.shouldEndWith
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.launch

@OptIn(ExperimentalNettestApi::class)
class NetworkSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension(seed = 7))

    test("the version of Kotest is the configured one") {
        Spec::class.java.protectionDomain.codeSource.location.path shouldEndWith
            "-${System.getProperty("kotest.version")}.jar"
    }

    test("a timeout passes in virtual time") {
        val client = network.pair().client
        client.readTimeout = 30.minutes

        shouldThrow<SocketTimeoutException> { client.readLine() }
        network.clock.nanoTime() shouldBe 30.minutes.inWholeNanoseconds
        network.seed shouldBe 7
    }

    test("a link delays every packet") {
        val db = network.host("db", "10.0.0.5")
        val app = network.host("app", "10.0.0.2")
        db.listener(5432).serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }
        network.link(app, db) { latency = 20.milliseconds }

        val client = app.connect("db:5432")
        client.writeLine("ping")

        client.readLine() shouldBe "gnip"
        network.clock.nanoTime() shouldBe 80.milliseconds.inWholeNanoseconds
    }

    test("a fault resets a connection") {
        val (client, server) = network.pair()
        val faults = server.fault(read = Fault.reset().afterBytes(2))
        client.writeUtf8("abc")

        server.readUtf8(2) shouldBe "ab"
        shouldThrow<SocketException> { server.readUtf8(1) }
        faults should haveFired(1)
        faults shouldHaveFired 1
    }

    test("matchers describe the state of the network") {
        val listener = network.listener()
        listener shouldNot beAcceptable()
        val client = listener.connect()
        listener should beAcceptable()
        client shouldNot beReadable()
        client.shouldBeWritable()
        client.close()
        client should beClosed()
        shouldThrow<AssertionError> { client shouldNot beClosed() }
    }

    test("a coroutine launched in a test has its network") {
        val listener = network.listener()
        launch { listener.accept().use { it.writeLine("seed ${network.seed}") } }
        listener.connect().readLine() shouldBe "seed 7"
    }

    context("a container") {
        test("a test in a container has a network") { network.core.isClosed shouldBe false }
    }
})
