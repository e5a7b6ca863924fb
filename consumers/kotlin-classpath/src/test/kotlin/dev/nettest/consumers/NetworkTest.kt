package dev.nettest.consumers

import dev.nettest.Fault
import dev.nettest.Network
import dev.nettest.dsl.network
import dev.nettest.junit.NetworkExtension
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

@OptIn(ExperimentalCoroutinesApi::class)
@ExtendWith(NetworkExtension::class)
class NetworkTest {
    @Test
    fun `a timeout passes in virtual time`() = runTest {
        network {
            val client = pair().client
            client.readTimeout = 30.minutes

            assertFails<SocketTimeoutException> { client.readLine() }
            assertEquals(30.minutes.inWholeMilliseconds, currentTime)
        }
    }

    @Test
    fun `a link delays every packet`() = runTest {
        network {
            val db = host("db", "10.0.0.5")
            val app = host("app", "10.0.0.2")
            db.listener(5432).serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }
            link(app, db) { latency = 20.milliseconds }

            val client = app.connect("db:5432")
            client.writeLine("ping")

            assertEquals("gnip", client.readLine())
            assertEquals(80, currentTime)
        }
    }

    @Test
    fun `a fault resets a connection`() = runTest {
        network {
            val (client, server) = pair()
            server.fault(read = Fault.reset().afterBytes(2))
            client.writeUtf8("abc")

            assertEquals("ab", server.readUtf8(2))
            assertFails<SocketException> { server.readUtf8(1) }
        }
    }

    @Test
    fun `background work ends with the network`() = runTest {
        network {
            val server = pair().server
            background { server.readLine() }
            launch { delay(1.minutes) }
        }
        assertEquals(1.minutes.inWholeMilliseconds, currentTime)
    }

    @Test
    fun `the JUnit extension provides a network`(network: Network) {
        network.listen("10.0.0.5:80").close()
    }

    private inline fun <reified T : Throwable> assertFails(block: () -> Unit) {
        try {
            block()
        } catch (e: Throwable) {
            assertTrue(e is T, e.toString())
            return
        }
        throw AssertionError("no ${T::class.java}")
    }
}
