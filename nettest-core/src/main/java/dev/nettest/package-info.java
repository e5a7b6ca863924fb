/**
 * You need two types: a {@link dev.nettest.Network} and the {@link dev.nettest.Connection}s that it makes.
 *
 * <p>A network is an in-memory network of a test. Servers listen on it, and clients connect to them.
 *
 * <pre>{@code
 * try (Network network = Network.create()) {
 *     Listener listener = network.listen("10.0.0.5:80");
 *     Connection client = network.connect("10.0.0.5:80");
 *     Connection server = listener.accept();
 *     server.faults().read(Fault.reset().afterBytes(1024));
 * }
 * }</pre>
 *
 * <p>The other types, by topic:
 * <ul>
 * <li><strong>Sockets</strong>: {@link dev.nettest.NetworkStack} has the socket calls of a {@link dev.nettest.Network}
 *     and of a {@link dev.nettest.Host}. They give a {@link dev.nettest.Listener}, a {@link dev.nettest.Connection}, a
 *     {@link dev.nettest.DatagramEndpoint} or a {@link dev.nettest.Binding}. A {@link dev.nettest.Bridge} leads to a
 *     real server.
 * <li><strong>Waiting</strong>: {@link dev.nettest.Awaitable} awaits a {@link dev.nettest.Readiness} or calls back.
 * <li><strong>Faults</strong>: a {@link dev.nettest.Fault} is installed in the {@link dev.nettest.Faults} of a scope,
 *     which returns a {@link dev.nettest.FaultHandle}. {@link dev.nettest.Operation} is what its predicate sees, and
 *     {@link dev.nettest.InjectedFault} the note in the exception.
 * <li><strong>Links</strong>: {@link dev.nettest.Link} and {@link dev.nettest.LinkDirection} take an
 *     {@link dev.nettest.Impairment} or a {@link dev.nettest.LinkProfile}.
 * <li><strong>Hosts and names</strong>: {@link dev.nettest.Host}, {@link dev.nettest.Names}.
 * <li><strong>Time</strong>: {@link dev.nettest.NetworkClock}, {@link dev.nettest.VirtualClock},
 *     {@link dev.nettest.Participation}, {@link dev.nettest.Determinism}.
 * <li><strong>Settings and reports</strong>: {@link dev.nettest.NetworkConfig}, {@link dev.nettest.Personality},
 *     {@link dev.nettest.SystemError}, {@link dev.nettest.Snapshot}, {@link dev.nettest.WaitingCallback}.
 * </ul>
 *
 * <p>{@code dev.nettest.socket} puts code on a network that uses {@code java.net} sockets,
 * {@code dev.nettest.channel} code that uses channels and selectors, and
 * {@code dev.nettest.junit} has the JUnit extension.
 */
@NullMarked
package dev.nettest;

import org.jspecify.annotations.NullMarked;
