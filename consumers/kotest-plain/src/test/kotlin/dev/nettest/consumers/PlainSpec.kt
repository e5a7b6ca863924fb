package dev.nettest.consumers

import dev.nettest.Fault
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

class PlainSpec : FunSpec({
    coroutineTestScope = true

    test("the version of Kotest is the configured one") {
        Spec::class.java.protectionDomain.codeSource.location.path shouldEndWith
            "-${System.getProperty("kotest.plain.version")}.jar"
    }

    test("a timeout passes in virtual time") {
        network {
            val client = pair().client
            client.readTimeout = 30.minutes

            shouldThrow<SocketTimeoutException> { client.readLine() }
            clock.nanoTime() shouldBe 30.minutes.inWholeNanoseconds
        }
    }

    test("a link delays every packet") {
        network {
            val db = host("db", "10.0.0.5")
            val app = host("app", "10.0.0.2")
            db.listener(5432).serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }
            link(app, db) { latency = 20.milliseconds }

            val client = app.connect("db:5432")
            client.writeLine("ping")

            client.readLine() shouldBe "gnip"
            clock.nanoTime() shouldBe 80.milliseconds.inWholeNanoseconds
        }
    }

    test("a fault resets a connection") {
        network {
            val (client, server) = pair()
            server.fault(read = Fault.reset().afterBytes(2))
            client.writeUtf8("abc")

            server.readUtf8(2) shouldBe "ab"
            shouldThrow<SocketException> { server.readUtf8(1) }
        }
    }
})
