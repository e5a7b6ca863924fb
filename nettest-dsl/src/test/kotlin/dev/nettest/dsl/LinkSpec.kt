package dev.nettest.dsl

import dev.nettest.Impairment
import dev.nettest.LinkProfile
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.net.ConnectException
import java.net.SocketException
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

@OptIn(ExperimentalNettestApi::class)
class LinkSpec : FunSpec({
    coroutineTestScope = true

    test("a round trip takes twice the latency, in virtual time") {
        network {
            val (app, db) = appAndDb()
            link(app, db) { latency = 20.milliseconds }

            val client = app.connect("db:5432")
            now shouldBe 40.milliseconds // the handshake
            client.writeLine("ping")
            client.readLine() shouldBe "gnip"

            now shouldBe 80.milliseconds
        }
    }

    test("a read times out during a partition, and gets its answer after the repair") {
        network(seed = 42) {
            val (app, db) = appAndDb()
            link(app, db) {
                latency = 20.milliseconds
                rate = 10.megabitsPerSecond
            }
            val client = app.connect("db:5432") { readTimeout = 30.seconds }
            client.writeLine("ping")
            client.awaitReadable(bytes = 5)
            client.readLine() shouldBe "gnip"

            partition(app, db)
            client.writeLine("pong")
            val before = now
            shouldThrow<SocketTimeoutException> { client.readLine() }.message shouldBe "Read timed out"
            now - before shouldBe 30.seconds
            repair(app, db)

            client.readLine() shouldBe "gnop"
        }
    }

    test("a block changes the values that it names, per direction") {
        network {
            val (app, db) = appAndDb()
            val wan = link(app, db) {
                latency = 20.milliseconds
                jitter = 5.milliseconds
                distribution = Impairment.Distribution.NORMAL
                backward {
                    rate = 1.5.megabitsPerSecond
                    lossGilbert(goodToBad = 0.01, badToGood = 0.25)
                }
            }

            wan.impair { forward { loss = 0.01 } }
            link("db", "app") { forward { latency *= 2 } } // the same link from its other side

            wan.forward.impairment().toString() shouldBe "delay 20ms 5ms distribution normal loss 1%"
            wan.backward.impairment().toString() shouldBe
                "delay 40ms 5ms distribution normal rate 1500kbit loss gemodel 1% 25% 100% 0%"
        }
    }

    test("settings can be read and replaced") {
        network {
            val (app, db) = appAndDb()
            link(app, db) {
                rate shouldBe null
                profile(LinkProfile.DSL)
                latency shouldBe 25.milliseconds
                rate shouldBe 384.kilobitsPerSecond
                jitter = 1.milliseconds
                backward { rate shouldBe 1500.kilobitsPerSecond }

                lossGilbertElliott(goodToBad = 0.25, badToGood = 0.75, lossInBad = 0.5, lossInGood = 0.1)
                loss shouldBe 0.2
                duplicate = 0.01
                corrupt = 0.02
                reorder = 0.25
                jitter shouldBe 1.milliseconds
                distribution shouldBe Impairment.Distribution.UNIFORM
                duplicate shouldBe 0.01
                corrupt shouldBe 0.02
                reorder shouldBe 0.25

                forward {
                    impair(Impairment.NONE)
                    reorder = 0.5 // valid, because the latency follows
                    latency = 1.seconds
                }
            }.run {
                forward.impairment().toString() shouldBe "delay 1s reorder 50%"
                backward.impairment().toString() shouldBe "delay 25ms 1ms distribution uniform rate 1500kbit " +
                    "loss gemodel 25% 75% 50% 10% duplicate 1% reorder 25% corrupt 2%"
            }
        }
    }

    test("a changed latency applies to later segments and keeps their order") {
        network {
            val (app, db) = appAndDb()
            val wan = link(app, db)
            val client = app.connect("db:5432")

            wan.impair { latency = 1.seconds }
            client.writeLine("slow")
            delay(500.milliseconds)
            wan.impair { latency = 100.milliseconds }
            client.writeLine("fast") // stays behind the first line

            client.readLine() shouldBe "wols"
            now shouldBe 1100.milliseconds
            client.readLine() shouldBe "tsaf"
            now shouldBe 1100.milliseconds
            wan.impair { impair(Impairment.NONE) }
            client.writeLine("now")
            client.readLine() shouldBe "won"
            now shouldBe 1100.milliseconds
        }
    }

    test("a direction without settings uses the next less specific link") {
        network {
            val (app, _) = appAndDb()
            link { latency = 1.seconds }
            link("10.0.0.0/8", "10.0.0.0/8") { latency = 100.milliseconds }
            link("app", "db")
            link("app", "10.0.0.5") { forward { latency = 10.milliseconds } }

            app.connect("db:5432")

            now shouldBe 110.milliseconds
        }
    }

    test("the default link applies to localhost") {
        network {
            link { latency = 3.seconds }
            val listener = listener()
            val client = listener.connect()
            now shouldBe 6.seconds
            client.writeLine("ping")
            val server = listener.accept()
            server.readLine() shouldBe "ping"
            now shouldBe 9.seconds // the line arrived together with the ACK of the handshake
            server.close()
            client.close()
        }
    }

    test("openNetwork has links too") {
        val network = openNetwork()
        val (app, db) = network.appAndDb()
        network.link(app, db) { latency = 20.milliseconds }
        network.partitionOneWay(db, app)
        val connecting = network.async { app.connect("db:5432") }
        delay(1.seconds)
        network.repair(app, db)
        connecting.await().isClosed shouldBe false
        network.now shouldBe 1040.milliseconds
        network.close()
    }

    test("connections share the rate of a direction") {
        network {
            val (app, db) = appAndDb()
            link(app, db) { forward { rate = 8.kilobitsPerSecond } }
            val first = app.connect("db:5432")
            val second = app.connect("db:5432")
            val before = now

            first.writeUtf8("x".repeat(999) + "\n")
            second.writeUtf8("y".repeat(999) + "\n")
            second.readLine() shouldBe "y".repeat(999)

            now - before shouldBe 2.seconds
        }
    }

    test("one direction can be partitioned, and repair restores every link") {
        network {
            val (app, db) = appAndDb()
            val client = app.connect("db:5432") { readTimeout = 1.minutes }
            partitionOneWay(db, app)
            client.writeLine("ping")
            shouldThrow<SocketTimeoutException> { client.readLine() }
            repair()
            client.readLine() shouldBe "gnip"

            partitionOneWay("app", "*")
            client.writeLine("ping")
            shouldThrow<SocketTimeoutException> { client.readLine() }
            repair("app", "*")
            client.readLine() shouldBe "gnip"

            partition("10.0.0.2", "10.0.0.5")
            shouldThrow<ConnectException> { app.connect("db:5432") }.message shouldBe "Connection timed out"
        }
    }

    test("hosts can be isolated and split into groups") {
        network {
            val (app, db) = appAndDb()
            val other = host("other", "10.0.0.9")
            fun SuspendingHost.tryConnect() = async {
                runCatching { connect("db:5432") { connectTimeout = 1.seconds } }.isSuccess
            }

            isolate(db)
            listOf(app, other, db).map { it.tryConnect().await() } shouldBe listOf(false, false, true)
            rejoin(db)
            other.tryConnect().await() shouldBe true
            split(listOf(app, db), listOf(other))
            listOf(app, other).map { it.tryConnect().await() } shouldBe listOf(true, false)
        }
    }

    test("a link handle partitions and holds") {
        network {
            val (app, db) = appAndDb()
            val wan = link(app, db)
            val client = app.connect("db:5432") { readTimeout = 1.seconds }

            wan.partition()
            client.writeLine("one")
            shouldThrow<SocketTimeoutException> { client.readLine() }
            wan.repair()
            client.readLine() shouldBe "eno"

            wan.hold()
            client.writeLine("two")
            shouldThrow<SocketTimeoutException> { client.readLine() }
            wan.toString() shouldBe "link app -> db none, held, backlog 4b 0p; db -> app none, held"
            wan.release()
            client.readLine() shouldBe "owt"

            wan.forward.hold()
            wan.backward.isHeld shouldBe false
            wan.forward.release()
        }
    }

    test("datagrams are lost and duplicated like in netem") {
        network {
            val (app, db) = appAndDb()
            val server = db.datagram(53) { receiveTimeout = 1.seconds }
            val client = app.datagram()
            val wan = link(app, db) { duplicate = 1.0 }
            client.sendUtf8("twice", "db:53")
            List(2) { server.receiveUtf8() } shouldBe listOf("twice", "twice")

            wan.impair { loss = 1.0 }
            client.sendUtf8("never", "db:53")
            shouldThrow<SocketTimeoutException> { server.receive() }
            wan.forward.lost() shouldBe 1
        }
    }

    test("an impossible value is refused and changes nothing") {
        network {
            val (app, db) = appAndDb()
            val wan = link(app, db) { latency = 20.milliseconds }
            fun refusal(settings: LinkSettings.() -> Unit): String? = shouldThrow<IllegalArgumentException> {
                wan.impair {
                    latency = 1.seconds
                    settings()
                }
            }.message

            refusal { latency = (-1).seconds } shouldBe "latency is negative: PT-1S"
            refusal { latency = Duration.INFINITE } shouldBe
                "latency is infinite: Infinity; use a partition for a link that carries nothing"
            refusal { jitter = (-5).milliseconds } shouldBe "jitter is negative: PT-0.005S"
            refusal { rate = 0.megabitsPerSecond } shouldBe
                "rate is not positive: 0 times 1000000 bit/s; null is no limit"
            refusal { loss = 1.5 } shouldBe "loss must be a probability from 0 to 1: 1.5"
            refusal { forward { loss = Double.NaN } } shouldBe "loss must be a probability from 0 to 1: NaN"
            refusal { lossGilbert(0.1, -1.0) } shouldBe "badToGood must be a probability from 0 to 1: -1.0"
            refusal { duplicate = -0.5 } shouldBe "duplicate must be a probability from 0 to 1: -0.5"
            refusal { backward { reorder = 2.0 } } shouldBe "reorder must be a probability from 0 to 1: 2.0"
            refusal { corrupt = 2.0 } shouldBe "corrupt must be a probability from 0 to 1: 2.0"
            refusal {
                latency = Duration.ZERO
                backward { reorder = 0.5 }
            } shouldBe "reorder 0.5 without a latency: there is no delayed datagram to overtake"

            wan.toString() shouldBe "link app -> db delay 20ms; db -> app delay 20ms"
            shouldThrow<IllegalArgumentException> { link(app, app) }.message shouldBe "no link from $app to itself"
            shouldThrow<IllegalArgumentException> { partition("app", "nobody") }.message shouldBe
                "no side of a link: \"nobody\"; expected the name of a host, an address, a range such as 10.0.0.0/8," +
                " or *"
            shouldThrow<IllegalArgumentException> { split(listOf(app, db)) }
        }
    }

    test("rates convert, compare and reject impossible values") {
        10.megabitsPerSecond.bitsPerSecond shouldBe 10_000_000
        56.kilobitsPerSecond.bitsPerSecond shouldBe 56_000
        2.gigabitsPerSecond shouldBe 2000.megabitsPerSecond
        5_000_000_000L.kilobitsPerSecond shouldBe 5_000L.gigabitsPerSecond
        7L.megabitsPerSecond shouldBe 7_000.kilobitsPerSecond
        1.5.megabitsPerSecond shouldBe 1500.kilobitsPerSecond
        0.25.gigabitsPerSecond shouldBe 250.megabitsPerSecond
        33.6.kilobitsPerSecond shouldBe Rate(33_600)
        listOf(1.gigabitsPerSecond, 1.kilobitsPerSecond, 1.megabitsPerSecond).sorted() shouldBe
            listOf(1.kilobitsPerSecond, 1.megabitsPerSecond, 1.gigabitsPerSecond)
        10.megabitsPerSecond.toString() shouldBe "10000000 bit/s"

        shouldThrow<IllegalArgumentException> { Rate(-1) }.message shouldBe
            "rate is not positive: -1 bit/s; null is no limit"
        shouldThrow<IllegalArgumentException> { (-3).megabitsPerSecond }.message shouldBe
            "rate is not positive: -3 times 1000000 bit/s; null is no limit"
        shouldThrow<IllegalArgumentException> { Double.NaN.kilobitsPerSecond }.message shouldBe
            "rate is not a number: NaN times 1000 bit/s"
        shouldThrow<IllegalArgumentException> { Long.MAX_VALUE.kilobitsPerSecond }.message shouldBe
            "rate does not fit in a Long: 9223372036854775807 times 1000 bit/s"
        shouldThrow<IllegalArgumentException> { 1e19.gigabitsPerSecond }.message shouldBe
            "rate does not fit in a Long: 1.0E19 times 1000000000 bit/s"
    }

    test("an MTU is set, read and removed, and headers count if the test says so") {
        network {
            val (app, db) = appAndDb()
            link(app, db) {
                mtu shouldBe null
                countHeaders shouldBe false
                mtu = 1500
                countHeaders = true
                backward { mtu(576, Impairment.Oversize.REFUSE) }
            }
            link(app, db).forward.impairment().mtu() shouldBe 1500
            link(app, db).backward.impairment().oversize() shouldBe Impairment.Oversize.REFUSE
            val endpoint = db.datagram(53) { dontFragment = true }
            shouldThrow<SocketException> { endpoint.send(ByteArray(1000), "app:53") }.message shouldBe
                "Message too long"
            link(app, db) { mtu = null }
            endpoint.send(ByteArray(60_000), "app:53")
            shouldThrow<IllegalArgumentException> { link(app, db) { mtu = 67 } }.message shouldBe
                "mtu must be at least 68 bytes: 67"
        }
    }

    test("a link is held and released between hosts, and tells what it holds") {
        network {
            val (app, db) = appAndDb()
            val server = db.datagram(53)
            hold(app, db)
            app.datagram().sendUtf8("held", "db:53")
            link(app, db).heldDatagrams shouldBe 1
            server.isReadable shouldBe false
            release(app, db)
            server.receiveUtf8() shouldBe "held"
            link(app, db).heldDatagrams shouldBe 0
            link(app, db).heldBytes shouldBe 0
        }
    }

    test("the settings of TCP are those of the network") {
        runTest {
            network(
                networkConfig {
                    tcpSynRetries = 1
                    tcpRetries2 = 3
                    timeWait = true
                },
            ) {
                val (app, db) = appAndDb()
                db.listener(80)
                partitioned(app, db) {
                    shouldThrow<ConnectException> { app.connect("db:80") }.message shouldBe "Connection timed out"
                    elapsed shouldBe 3.seconds // 1 s and 2 s
                }
                core.config().tcpRetries2() shouldBe 3
                core.config().timeWait() shouldBe true
                db.wallClock.step(java.time.Duration.ofSeconds(5))
                java.time.Duration.between(clock.now(), db.wallClock.instant()).seconds shouldBe 5
            }
        }
    }
})

/** A client host, and a host that answers each line with its reverse. */
private fun NetworkScope.appAndDb(): Pair<SuspendingHost, SuspendingHost> {
    val db = host("db", "10.0.0.5")
    db.listener(5432).serve { connection -> connection.lines().collect { connection.writeLine(it.reversed()) } }
    return host("app", "10.0.0.2") to db
}

/** The current virtual time. */
private val NetworkScope.now: Duration get() = (clock.nanoTime() / 1_000_000).milliseconds
