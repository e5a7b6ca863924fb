/**
 * What the network costs, beside what the operating system's loopback costs. {@link dev.nettest.benchmarks.Report} runs all of it and
 * prints one table.
 */
package dev.nettest.benchmarks;
