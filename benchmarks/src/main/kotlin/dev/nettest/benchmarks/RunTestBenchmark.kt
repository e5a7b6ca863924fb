package dev.nettest.benchmarks

import dev.nettest.dsl.network
import kotlinx.coroutines.test.runTest
import org.openjdk.jmh.annotations.Benchmark

/**
 * A coroutine test with a network, and one without. The first one of a JVM is measured with JMH's
 * `-bm ss -wi 0 -i 1 -f 20`.
 */
open class RunTestBenchmark {
    @Benchmark
    fun network() = runTest { network { } }

    @Benchmark
    fun empty() = runTest { }
}
