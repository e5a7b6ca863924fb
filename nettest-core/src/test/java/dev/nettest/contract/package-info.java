/**
 * The behaviour of a stream network, written once and run on several backends: the kernel's loopback, which is the
 * oracle, and the networks inside this process.
 *
 * <p>A {@link dev.nettest.contract.StreamBackend} creates pairs, listeners and connectors. Features that it lacks are
 * missing from its {@link dev.nettest.contract.Capability} set. Its {@link dev.nettest.contract.JdkType} determines the
 * classes and texts of exceptions. The expectations are constants that loopback must meet too: they are measured.
 *
 * <p>To add a backend, implement {@code StreamBackend} and extend {@link dev.nettest.contract.SocketContracts} or
 * {@link dev.nettest.contract.ChannelContracts} with a class that is named after it and opens it. Only tests of missing
 * capabilities may be skipped. To add a contract, show it green on loopback first:
 *
 * <pre>mvn clean test -pl nettest-core -Dtest='Loopback*Test'</pre>
 *
 * <p>A link of loopback cannot be cut. {@link dev.nettest.contract.CutContract} therefore runs in two network
 * namespaces of the kernel, joined by a cable that it cuts, and between two hosts in memory. The former takes root and
 * the program {@code ip}, and is skipped without them.
 *
 * <p>No test measures time or waits for it to pass. {@code StreamBackend.awaitBlocked} waits for a blocked thread, and
 * {@code Pair.settle} for the delivery of bytes; on loopback both poll the kernel. The expectations are those of Linux,
 * so the loopback backends are skipped on other systems.
 */
package dev.nettest.contract;
