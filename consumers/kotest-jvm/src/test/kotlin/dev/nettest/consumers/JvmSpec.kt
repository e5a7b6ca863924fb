package dev.nettest.consumers

import dev.nettest.Fault
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.jvm.ClaimConfig
import dev.nettest.kotest.KotestJvmNetworkExtension
import dev.nettest.kotest.claim
import dev.nettest.kotest.currentClaim
import dev.nettest.kotest.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch

@OptIn(ExperimentalNettestApi::class)
class JvmSpec : FunSpec({
    extension(KotestJvmNetworkExtension(ClaimConfig.builder().forbidRealSockets().build()))

    test("the version of Kotest is the configured one") {
        Spec::class.java.protectionDomain.codeSource.location.path shouldEndWith
            "-${System.getProperty("kotest.version")}.jar"
    }

    test("sockets of localhost are in memory") {
        ServerSocket(80).use { server ->
            launch(Dispatchers.IO) { server.accept().use { it.getOutputStream().write(7) } }
            Socket("localhost", 80).use { it.getInputStream().read() shouldBe 7 }
        }
    }

    test("sockets of claimed addresses meet faults") {
        currentClaim() shouldBeSameInstanceAs claim
        claim.host("db")
        val listener = network.listener("${claim.address(1)}:5432") { fault(write = Fault.reset().afterBytes(3)) }
        listener.serve { it.writeLine("hello") }

        network.blocking {
            Socket(claim.address(1), 5432).use {
                it.getInputStream().readNBytes(3).decodeToString() shouldBe "hel"
                shouldThrow<SocketException> { it.getInputStream().read() }
            }
        }
    }
})
