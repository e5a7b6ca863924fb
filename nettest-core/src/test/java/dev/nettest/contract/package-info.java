/**
 * What a network of streams does, told once and run on several backends: the kernel's loopback, which is the oracle,
 * and whatever runs inside this process.
 *
 * <p>A {@link dev.nettest.contract.StreamBackend} makes pairs, listeners and dials, and says what it cannot do as the
 * absence of a {@link dev.nettest.contract.Capability}. Its {@link dev.nettest.contract.Face} decides the classes and
 * texts of exceptions. The contracts hold constants, but loopback has to meet the very same ones, so that they are
 * measurements and not opinions.
 *
 * <p>To add a backend, implement {@code StreamBackend} and extend {@link dev.nettest.contract.SocketContracts} or
 * {@link dev.nettest.contract.ChannelContracts} with a class that is named after it and opens it. What it has no
 * capability for is skipped with the reason; nothing else may be. To add a contract, show it green on loopback first:
 *
 * <pre>mvn clean test -pl nettest-core -Dtest='Loopback*Test'</pre>
 *
 * <p>No test measures time or waits for it to pass. What must be known of a blocked thread comes from
 * {@code StreamBackend.awaitBlocked}, and what must have arrived from {@code Pair.settle}; on loopback, where the
 * kernel tells nobody, these two look until they see it. The expectations are those of Linux, so on other systems the
 * loopback backends are skipped.
 */
package dev.nettest.contract;
