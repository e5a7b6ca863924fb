package dev.nettest.samples.bulk

import dev.nettest.LinkProfile
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.megabitsPerSecond
import dev.nettest.dsl.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.percent
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch
import java.nio.ByteBuffer
import kotlin.math.min

private const val SIZE = 8 * 1024 * 1024

/** The throughput of a long fat network depends on the receive buffer. */
@OptIn(ExperimentalNettestApi::class)
class SatelliteSpec : FunSpec({
    coroutineTestScope = true

    // snippet: satellite-kotlin
    suspend fun bitsPerSecond(buffer: Int): Double = network {
        val ship = host("ship", "10.0.0.2")
        val shore = host("shore", "10.0.0.5")
        link(ship, shore) {
            profile(LinkProfile.SATELLITE)
            forward { rate = 10.megabitsPerSecond }
        }
        val listener = shore.listener(9000) { receiveBufferSize = buffer }
        launch { ship.connect("shore:9000").use { it.write(ByteArray(SIZE)) } }

        val meter = Meter(clock::nanoTime)
        val chunk = ByteBuffer.allocate(buffer)
        listener.accept().use { connection ->
            while (connection.read(chunk.clear()) >= 0) {
                meter.received(chunk.position())
            }
        }
        meter.bitsPerSecond()
    }

    for (buffer in listOf(16, 64, 1024).map { it * 1024 }) {
        test("the throughput of a buffer of $buffer bytes is one buffer per round trip") {
            val windowPerRoundTrip = buffer * 8 / 0.558

            bitsPerSecond(buffer) shouldBe (min(10_000_000.0, windowPerRoundTrip) plusOrMinus 1.percent)
        }
    }
    // end snippet

    test("below the rate, a buffer four times as large gives four times the throughput") {
        bitsPerSecond(64 * 1024) shouldBeGreaterThan 3.9 * bitsPerSecond(16 * 1024)
    }
})
