package dev.nettest.samples.redis

import dev.nettest.Connection
import dev.nettest.Fault
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.samples.real.RealServer
import dev.nettest.socket.NetworkSockets
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import redis.clients.jedis.ConnectionFactory
import redis.clients.jedis.DefaultJedisClientConfig
import redis.clients.jedis.JedisSocketFactory
import redis.clients.jedis.RedisClient
import redis.clients.jedis.exceptions.JedisConnectionException
import redis.clients.jedis.providers.PooledConnectionProvider
import java.net.SocketTimeoutException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.function.Consumer
import kotlin.jvm.optionals.getOrNull

/**
 * Jedis with its pool, against a real Redis: a command whose answer is lost or late. The server is a process on a real
 * loopback port; if it is not installed, this spec is skipped. Server and spec run in real time, but a timeout that is
 * a fault happens at once.
 */
class RedisSpec : FunSpec({
    val missing = RealServer.missing("redis-server").getOrNull()
    missing?.let { System.err.println("skipped: $it") }
    fun installed() = missing?.let(Enabled::disabled) ?: Enabled.enabled
    val redis by lazy { RealServer.redis() }
    afterSpec { if (missing == null) redis.close() }

    // snippet: redis-lost
    test("a visit whose answer is lost is counted").config(enabledOrReasonIf = { installed() }) {
        network {
            val bridge = core.bridge("10.0.0.6:6379", redis.address())
            client().use { client ->
                client.incr("visits") shouldBe 1

                val lost = bridge.listener().faults().write(Fault.reset())
                shouldThrow<JedisConnectionException> { client.incr("visits") }
                lost.close()

                client.incr("visits") shouldBe 3 // over a new connection; a retry counts twice
            }
        }
    }
    // end snippet

    // snippet: redis-late
    test("a late answer is not mistaken for the answer of the next command").config(enabledOrReasonIf = {
        installed()
    }) {
        network {
            core.bridge("10.0.0.6:6379", redis.address())
            val connections = CopyOnWriteArrayList<Connection>()
            client(connections::add).use { client ->
                client.set("greeting", "hello")
                client.set("farewell", "goodbye")

                connections.single().faults().read(Fault.timeout()) // as if two seconds had passed
                shouldThrow<JedisConnectionException> {
                    client.get("greeting")
                }.cause.shouldBeInstanceOf<SocketTimeoutException>()

                client.get("farewell") shouldBe "goodbye"
            }
        }
    }
    // end snippet
})

// snippet: redis-seam
private fun NetworkScope.client(beforeHandshake: Consumer<Connection> = Consumer {}): RedisClient {
    val sockets = NetworkSockets.socketFactory(core, beforeHandshake)
    val connect = JedisSocketFactory { sockets.createSocket("10.0.0.6", 6379).apply { soTimeout = 2_000 } }
    val connections = ConnectionFactory(connect, DefaultJedisClientConfig.builder().build())
    return RedisClient.builder().connectionProvider(PooledConnectionProvider(connections)).build()
}
// end snippet
