package dev.nettest.samples.okhttp

import dev.nettest.Fault
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.socket.NetworkSockets
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import okhttp3.OkHttpClient
import okhttp3.Request
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Timeouts of OkHttp in virtual time. Over HTTP/1.1 its connect and read timeouts are those of the socket, on the
 * network's clock. Write timeouts, call timeouts, pings and HTTP/2 are timed by OkHttp's own threads, in real time.
 */
class OkHttpTimeoutSpec : FunSpec({
    coroutineTestScope = true

    // snippet: okhttp-connect-timeout
    test("an unanswered connect times out after ten seconds") {
        network {
            listener("10.0.0.5:80") { fault(connect = Fault.stall()) }
            val client = client()
            val start = timeSource.markNow()

            val call =
                asyncBlocking("call") { shouldThrow<SocketTimeoutException> { client.newCall(REQUEST).execute() } }

            call.await().message shouldBe "Connect timed out"
            start.elapsedNow() shouldBe 10.seconds
        }
    }
    // end snippet

    test("a connect to a full accept queue times out after ten seconds") {
        network {
            val listener = listener("10.0.0.5:80") { backlog = 1 }
            repeat(2) { listener.connect() }
            val client = client()
            val start = timeSource.markNow()

            val call =
                asyncBlocking("call") { shouldThrow<SocketTimeoutException> { client.newCall(REQUEST).execute() } }

            call.await().message shouldBe "Connect timed out"
            start.elapsedNow() shouldBe 10.seconds
        }
    }

    test("a server that does not answer causes a read timeout") {
        network {
            listener("10.0.0.5:80").serve { connection -> connection.lines().collect { } }
            val client = client()
            val start = timeSource.markNow()

            val call =
                asyncBlocking("call") { shouldThrow<SocketTimeoutException> { client.newCall(REQUEST).execute() } }

            call.await().message shouldBe "Read timed out"
            start.elapsedNow() shouldBe 10.seconds
        }
    }

    // snippet: okhttp-slow
    test("a slow server that answers within the timeout succeeds") {
        network {
            val server = listener("10.0.0.5:80") { fault(write = Fault.delayed(9_999.milliseconds).once()) }
            server.serve { connection ->
                connection.readLine()
                connection.writeLine("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r")
            }
            val client = client()
            val start = timeSource.markNow()

            val code = asyncBlocking("call") { client.newCall(REQUEST).execute().use { it.code } }

            code.await() shouldBe 204
            start.elapsedNow() shouldBe 9_999.milliseconds
        }
    }
    // end snippet
})

private val REQUEST = Request.Builder().url("http://10.0.0.5/").build()

private fun NetworkScope.client(): OkHttpClient = OkHttpClient
    .Builder()
    .socketFactory(NetworkSockets.socketFactory(core))
    .fastFallback(false)
    .build()
