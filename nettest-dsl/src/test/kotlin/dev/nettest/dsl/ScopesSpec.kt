package dev.nettest.dsl

import dev.nettest.Network
import dev.nettest.NetworkConfig
import dev.nettest.Personality
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.net.ConnectException
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The scopes of the DSL: their settings, what they guarantee to the compiler, and how they end. */
class ScopesSpec : FunSpec({
    context("a network of other code") {
        test("its sockets stay open, and background work ends") {
            Network.create().use { network ->
                lateinit var client: SuspendingConnection
                network.scope {
                    val listener = listener("10.0.0.5:7")
                    listener.serve { it.writeLine("hello") }
                    client = listener.connect()
                    client.readLine() shouldBe "hello"
                }
                client.isClosed shouldBe false
                network.isClosed shouldBe false
                network.isIdle shouldBe true
            }
        }

        test("a failure shuts it down") {
            Network.create().use { network ->
                shouldThrow<IllegalStateException> {
                    network.scope {
                        launch { pair().server.readLine() }
                        error("mine")
                    }
                }.message shouldBe "mine"
                network.isClosed shouldBe true
            }
        }

        test("blocking code of the background is interrupted at the end of the scope") {
            Network.create().use { network ->
                network.scope { asyncBlocking { java.util.concurrent.CountDownLatch(1).await() } }
                network.isClosed shouldBe false
            }
        }
    }

    context("settings") {
        test("a configuration keeps the checks of the default one") {
            val config = networkConfig {
                personality = Personality.WINDOWS
                seed = 42
            }
            config.checksLeaks() shouldBe true
            config.checksFaults() shouldBe true
            val failure = shouldThrow<AssertionError> {
                network(config) {
                    seed shouldBe 42
                    shouldThrow<ConnectException> { connect("10.0.0.5:1") }.message shouldBe
                        "Connection refused: getsockopt"
                    listener { fault(accept = Fault.reset()) }
                }
            }
            failure.message!! shouldContain "declared and never fired"
        }

        test("every setting reads as it was set") {
            networkConfig(NetworkConfig.strict()) {
                receiveBufferSize shouldBe 1024
                receiveBufferSize = 7
                unixReceiveBufferSize = 8
                backlog = 3
                awaitLimit = 5.seconds
                ephemeralPorts = 50_000..50_010
                checksLeaks = false
                checksFaults = false
                listOf(receiveBufferSize, unixReceiveBufferSize, backlog) shouldBe listOf(7, 8, 3)
                awaitLimit shouldBe 5.seconds
                ephemeralPorts shouldBe 50_000..50_010
                clock shouldBe null
                checksLeaks shouldBe false
                checksFaults shouldBe false
                personality shouldBe Personality.LINUX
            }
            shouldThrow<IllegalArgumentException> { networkConfig { clock = null } }
            shouldThrow<IllegalArgumentException> { networkConfig { awaitLimit = Duration.INFINITE } }
        }
    }

    test("blocks run exactly once, so that they may initialise values") {
        val answer: Int
        val port: Int
        val listener: SuspendingListener
        val during: String
        network(seed = 3) {
            val backlogSeen: Int
            listener = listener(80) {
                backlog = 7
                backlogSeen = backlog
            }
            port = listener.port + backlogSeen
            val bound: Int
            datagram { bound = receiveBufferSize }
            val host = host("db", "10.0.0.5") { answer = addresses.size + bound * 0 }
            during = host.paused { "paused" }
        }
        listOf(answer, port) shouldBe listOf(1, 87)
        during shouldBe "paused"
    }

    test("a host is the receiver of its settings") {
        network {
            val db = host("db", "10.0.0.5", "fd00::5") {
                listener(5432)
                fault(connect = Fault.refuse().nth(2).optional())
            }
            connect("db:5432").remoteAddress shouldBe java.net.InetSocketAddress("10.0.0.5", 5432)
            db.connect(5432).remoteAddress shouldBe java.net.InetSocketAddress("10.0.0.5", 5432)
        }
    }

    test("wrappers of the same host, link, endpoint and listener are equal") {
        network {
            val app = host("app", "10.0.0.2")
            val db = host("db", "10.0.0.5")
            app.core.asSuspending() shouldBe app
            app.core.asSuspending().hashCode() shouldBe app.hashCode()
            app shouldNotBe db
            link(app, db) shouldBe link("app", "db")
            link(app, db).hashCode() shouldBe link("app", "db").hashCode()
            link(app, db) shouldNotBe link()
            val listener = listener()
            listener.core.asSuspending() shouldBe listener
            val endpoint = datagram()
            endpoint.core.asSuspending() shouldBe endpoint
            val end = pair().client
            end.core.asSuspending() shouldBe end
        }
    }

    context("scoped forms") {
        test("a partition, an isolation, a pause and a hold end with their block, also if it throws") {
            runTest {
                network {
                    val app = host("app", "10.0.0.2")
                    val db = host("db", "10.0.0.5") { listener(80).serve { it.writeLine("hello") } }
                    suspend fun isReachable() = try {
                        app.connect("db:80") { connectTimeout = 10.milliseconds }.use { it.readLine() } == "hello"
                    } catch (_: SocketTimeoutException) {
                        false
                    }
                    partitioned(app, db) { isReachable() } shouldBe false
                    isolated(db) { isReachable() } shouldBe false
                    db.paused { isReachable() } shouldBe false
                    link(app, db).partitioned { isReachable() } shouldBe false
                    isReachable() shouldBe true
                    shouldThrow<IllegalStateException> { partitioned(app, db) { error("mine") } }
                    shouldThrow<IllegalStateException> { db.paused { error("mine") } }
                    isReachable() shouldBe true

                    val other = app.connect("db:80") { readTimeout = 1.seconds }
                    other.readLine() shouldBe "hello"
                    app.connect("db:80") { readTimeout = 1.seconds }.use { cut ->
                        cut.readLine() shouldBe "hello"
                        cut.keepAlive.enabled() shouldBe false
                        cut.partitioned { isReachable() shouldBe true }
                        cut.readLine() shouldBe null // the close of the handler arrives after the repair
                    }

                    val client = app.connect("db:80") { readTimeout = 1.seconds }
                    link(app, db).held { shouldThrow<SocketTimeoutException> { client.readLine() } }
                    client.readLine() shouldBe "hello"
                }
            }
        }
    }

    context("flows") {
        test("the connections of a listener end with it") {
            network {
                val listener = listener()
                launch {
                    repeat(3) { id -> listener.connect().use { it.writeLine("client $id") } }
                    listener.awaitAcceptable()
                }
                listener.connections().take(3).map { c -> c.use { it.readLine() } }.toList() shouldBe
                    listOf("client 0", "client 1", "client 2")
                listener.close()
                listener.connections().toList() shouldBe emptyList()
            }
        }

        test("the datagrams of an endpoint, with components and equality") {
            network {
                val server = datagram("10.0.0.5:53")
                val client = datagram("10.0.0.2:1000")
                repeat(2) { client.sendUtf8("same", "10.0.0.5:53") }
                val (first, second) = server.datagrams().take(2).toList()
                first shouldBe second
                first.hashCode() shouldBe second.hashCode()
                val (bytes, sender) = first
                bytes.decodeToString() shouldBe "same"
                sender shouldBe client.localAddress
                client.sendUtf8("other", "10.0.0.5:53")
                server.datagrams().first() shouldNotBe first
            }
        }

        test("the chunks of a stream are what is available") {
            network {
                val (client, server) = pair()
                client.writeUtf8("one")
                client.writeUtf8("two")
                server.chunks().first().decodeToString() shouldBe "onetwo"
                client.shutdownOutput()
                server.chunks().toList() shouldBe emptyList()
            }
        }
    }

    context("timeouts and limits") {
        test("no timeout is infinite, and zero is refused everywhere") {
            network {
                val (client, server) = pair()
                server.readTimeout shouldBe Duration.INFINITE
                server.writeTimeout shouldBe Duration.INFINITE
                val endpoint = datagram { receiveTimeout shouldBe Duration.INFINITE }
                val listener = listener()
                listener.connect { connectTimeout shouldBe Duration.INFINITE }
                val refusals = listOf<suspend () -> Unit>(
                    { server.readTimeout = Duration.ZERO },
                    { client.writeTimeout = -(1.seconds) },
                    { endpoint.receiveTimeout = Duration.ZERO },
                    { listener.accept(Duration.ZERO) },
                    { listener.connect { connectTimeout = Duration.ZERO } },
                ).map { shouldThrow<IllegalArgumentException> { it() }.message!! }
                refusals shouldBe listOf(
                    "readTimeout is not positive: 0s; Duration.INFINITE is no timeout",
                    "writeTimeout is not positive: -1s; Duration.INFINITE is no timeout",
                    "receiveTimeout is not positive: 0s; Duration.INFINITE is no timeout",
                    "timeout is not positive: 0s; Duration.INFINITE is no timeout",
                    "connectTimeout is not positive: 0s; Duration.INFINITE is no timeout",
                )
            }
        }

        test("a limit comes first, zero asks for the state now, and an infinite one is refused") {
            network {
                val (client, server) = pair()
                client.writeUtf8("hello")
                server.awaitReadable(5.seconds)
                server.awaitReadable(Duration.ZERO, bytes = 5)
                shouldThrow<AssertionError> { client.awaitReadable(Duration.ZERO) }
                shouldThrow<IllegalArgumentException> { client.awaitReadable(Duration.INFINITE) }.message shouldBe
                    "limit is infinite: an await always has a limit"
                shouldThrow<IllegalArgumentException> { awaitIdle(Duration.INFINITE) }
                shouldThrow<IllegalArgumentException> { awaitListening("10.0.0.5:1", Duration.INFINITE) }
            }
        }

        test("an await for a listener takes the server and a limit") {
            network {
                val server = launch { awaitCancellation() }
                shouldThrow<AssertionError> { awaitListening("10.0.0.5:7", server, 5.milliseconds) }.message!!
                    .startsWith("after 5 ms still waiting for") shouldBe true
                server.cancel()
                shouldThrow<AssertionError> { awaitListening("10.0.0.5:7", server) }.message!! shouldContain
                    "the server was cancelled before it listened on 10.0.0.5:7"
            }
        }

        test("elapsed is the time since the scope began") {
            runTest {
                delay(5.seconds)
                network {
                    elapsed shouldBe Duration.ZERO
                    delay(7.seconds)
                    elapsed shouldBe 7.seconds
                }
            }
        }
    }

    context("reads and writes of arrays") {
        test("a text that is written only in part throws, with the bytes that were transferred") {
            network {
                val (client, server) = pair { receiveBufferSize = 3 }
                launch {
                    client.awaitWriteBlocked()
                    server.reset()
                }
                val failure = shouldThrow<IOException> { client.writeLine("hello") }
                failure.bytesTransferred shouldBe 3
                failure.suppressed.any { it.message == "3 of 6 bytes had been written" } shouldBe true
            }
        }

        test("a write that times out tells its bytes in the field of the JDK") {
            network {
                val client = pair { receiveBufferSize = 3 }.client
                client.writeTimeout = 5.milliseconds
                val timeout = shouldThrow<SocketTimeoutException> { client.writeUtf8("hello") }
                timeout.bytesTransferred shouldBe 3
                (timeout as IOException).bytesTransferred shouldBe 3
            }
        }

        test("a failure without a write has transferred nothing") {
            SocketException("Connection reset").bytesTransferred shouldBe 0
        }

        test("ranges are read and written") {
            network {
                val (client, server) = pair()
                client.write("hello".encodeToByteArray(), startIndex = 1, endIndex = 4)
                val target = ByteArray(5) { '-'.code.toByte() }
                server.read(target, 1) shouldBe 3
                target.decodeToString() shouldBe "-ell-"
                server.read(target, 2, 2) shouldBe 0
                client.close()
                server.read(target) shouldBe -1
                shouldThrow<IndexOutOfBoundsException> { server.read(target, 3, 6) }
                shouldThrow<IndexOutOfBoundsException> { server.write(target, 4, 3) }
            }
        }

        test("a write of nothing fails on a closed connection, like any other") {
            network {
                val client = pair().client
                client.writeUtf8("")
                client.close()
                shouldThrow<IOException> { client.writeUtf8("") }
            }
        }
    }
})
