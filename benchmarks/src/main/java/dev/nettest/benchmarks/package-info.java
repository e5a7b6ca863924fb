/**
 * Compares the cost of the network with that of the operating system's loopback. {@link dev.nettest.benchmarks.Report}
 * runs all benchmarks and prints one table.
 */
package dev.nettest.benchmarks;
