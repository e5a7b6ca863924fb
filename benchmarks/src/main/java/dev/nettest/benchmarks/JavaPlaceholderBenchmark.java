package dev.nettest.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** Shows that a benchmark in Java is found. */
public class JavaPlaceholderBenchmark {
    /** The cost of the clock. */
    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }
}
