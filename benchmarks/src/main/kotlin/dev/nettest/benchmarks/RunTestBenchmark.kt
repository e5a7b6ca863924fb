package dev.nettest.benchmarks

import dev.nettest.dsl.network
import kotlinx.coroutines.test.runTest
import org.openjdk.jmh.annotations.Benchmark

private const val REQUESTS = 10

/** A coroutine test with a network, and one without. [ColdStart] measures the first one of a JVM. */
open class RunTestBenchmark {
    @Benchmark
    fun network() = runTest { network { } }

    @Benchmark
    fun empty() = runTest { }

    /** A server, a client, ten requests and answers of a line. */
    @Benchmark
    fun smallTest() = runTest {
        network {
            val server = listener()
            server.serve { connection -> connection.lines().collect { connection.writeLine(it) } }
            val client = server.connect()
            repeat(REQUESTS) {
                client.writeLine("a request of a line")
                client.readLine()
            }
        }
    }
}
