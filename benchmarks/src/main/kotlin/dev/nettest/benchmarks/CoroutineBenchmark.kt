package dev.nettest.benchmarks

import dev.nettest.Network
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.asSuspending
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.OperationsPerInvocation
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.Setup
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.annotations.TearDown
import java.nio.ByteBuffer
import kotlin.coroutines.resume

/** A round trip of one byte between two coroutines of a `runBlocking`, compared with bare suspensions. */
open class CoroutineBenchmark {
    @State(Scope.Thread)
    open class InMemory {
        lateinit var network: Network
        lateinit var client: SuspendingConnection
        lateinit var server: SuspendingConnection

        @Setup
        fun connect() {
            network = Network.create()
            val pair = network.pair()
            client = pair.client().asSuspending()
            server = pair.server().asSuspending()
        }

        @TearDown
        fun close() = network.close()
    }

    @Benchmark
    @OperationsPerInvocation(ROUND_TRIPS)
    fun inMemory(state: InMemory) = runBlocking {
        launch {
            val buffer = ByteBuffer.allocate(1)
            repeat(ROUND_TRIPS) {
                state.server.read(buffer.clear())
                state.server.write(buffer.flip())
            }
        }
        val buffer = ByteBuffer.allocate(1)
        repeat(ROUND_TRIPS) {
            state.client.write(buffer.clear())
            state.client.read(buffer.clear())
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROUND_TRIPS)
    fun bareSuspension() = runBlocking {
        val turns = Turns()
        launch {
            repeat(ROUND_TRIPS) {
                turns.await(1)
                turns.handOver()
            }
        }
        repeat(ROUND_TRIPS) {
            turns.handOver()
            turns.await(0)
        }
    }

    /** Two coroutines of one thread take turns. An even number is the turn of the first one. */
    private class Turns {
        private var turn = 0
        private var waiting: CancellableContinuation<Unit>? = null

        suspend fun await(mine: Int) {
            if (turn and 1 != mine) {
                suspendCancellableCoroutine { waiting = it }
            }
        }

        fun handOver() {
            turn++
            val other = waiting
            waiting = null
            other?.resume(Unit)
        }
    }

    private companion object {
        const val ROUND_TRIPS = 1_000
    }
}
