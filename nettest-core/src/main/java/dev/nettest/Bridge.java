package dev.nettest;

import dev.nettest.internal.bridge.BridgeImpl;
import java.net.SocketAddress;

/**
 * An address of a {@link Network} that stands for a real TCP server outside, opened by {@link Network#bridge}. Each
 * connection to its {@link #listener()} gets a real connection of its own to the {@link #realAddress()}. Faults,
 * buffers and awaits of the network then apply to traffic with, for example, a real database:
 *
 * <pre>{@code
 * Bridge bridge = network.bridge("10.0.0.5:5432", new InetSocketAddress("127.0.0.1", 5432));
 * bridge.listener().faults().read(Fault.reset().afterBytes(1024));
 * }</pre>
 *
 * <p><strong>Relayed.</strong> A bridge relays bytes, the end of each stream (half close) and resets. At a reset it
 * first moves the bytes that can move without waiting; the rest is lost, like on a real path. It holds at most 64 KiB
 * in each direction, and reads no more from one side than the other side accepts. Because there are two hops, a writer
 * learns of a reset of the far side one operation later.
 *
 * <p><strong>Connecting.</strong> A connect in the network completes as soon as the listener queues it, before the real
 * server answers. If the server refuses, is unreachable or does not answer in the operating system's own time, the
 * connection in memory is reset. The client's first read then throws {@code Connection reset}, not
 * {@code Connection refused}. {@link #toString()} and the network snapshot in every failure show the real exception. To
 * refuse connects, install {@code listener().faults().connect(Fault.refuse())}.
 *
 * <p><strong>Faults.</strong> The bridge owns the connections that the listener accepts: it reads the client's bytes
 * and writes the server's. A fault that makes one of its operations fail resets both sides; all others act like on a
 * server. A half close ends only the server's answers. A failed accept is repeated, but a thousand failures in a row
 * close the listener. The leak check ignores these connections.
 *
 * <p><strong>Time.</strong> The real side runs in real time, on any clock. A virtual clock does not wait for it.
 * If code advances the clock, like {@code runTest} does, a timeout may pass while the real server still works.
 *
 * <p>A bridge has one daemon thread, named after it. It never waits in the network. An exception that is not the
 * failure of a connection, for example of a fault's predicate, resets the connection concerned. It also goes to the
 * thread's uncaught-exception handler, which prints it. Any thread may call any method at any time.
 */
public sealed interface Bridge extends AutoCloseable permits BridgeImpl {

    /** The listener in the network, for faults, buffer sizes and awaits. Its close leaves accepted connections open. */
    Listener listener();

    /** The address in the network, also after a close. */
    SocketAddress localAddress();

    /** The address of the real server outside. */
    SocketAddress realAddress();

    /** True once it is closed. */
    boolean isClosed();

    /**
     * Closes the listener, and both sides of every connection. Like at the end of a process, a side gets a FIN if
     * everything was delivered to it. Otherwise it gets a reset. Waits for the thread of the bridge, which
     * may be running code of the test (a fault's predicate, a callback), at most ten real seconds. Idempotent; closing
     * the network does it too.
     */
    @Override
    void close();

    /** Its addresses, the number of its connections, and the last failure of a real connection. */
    @Override
    String toString();
}
