package dev.nettest.benchmarks

import kotlinx.coroutines.runBlocking
import org.openjdk.jmh.annotations.Benchmark

/** Shows that a benchmark in Kotlin is found. */
open class KotlinPlaceholderBenchmark {
    /** The cost of entering an event loop. */
    @Benchmark
    fun enter(): Int = runBlocking { 1 }
}
