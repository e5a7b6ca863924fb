package dev.nettest.guard;

import dev.nettest.internal.inet.MemoryPeers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds real sockets that a test uses although it claims to be in memory:
 *
 * <pre>{@code
 * try (RealSocketGuard guard = RealSocketGuard.start("127.0.0.1:5432")) {
 *     client.run();
 * }
 * }</pre>
 *
 * <p>It needs no agent and no flag, and it does not prevent anything: the close fails with what was used. It sees:
 *
 * <table>
 * <caption>Uses of real sockets</caption>
 * <tr><th>use</th><th>seen by</th><th>with</th></tr>
 * <tr><td>reads and writes of {@code Socket} and {@code SocketChannel} that transfer bytes</td>
 *     <td>the flight recorder</td><td>address of the peer, thread, stack</td></tr>
 * <tr><td>TCP connects, and binds and Unix connects that succeed, of sockets, channels, asynchronous channels and
 *     datagram sockets</td><td>the flight recorder, since JDK 25</td><td>thread, stack</td></tr>
 * <tr><td>sockets that the test opened and that are open at the end, those of native code too</td>
 *     <td>{@code /proc}, on Linux</td><td>address</td></tr>
 * </table>
 *
 * <p>It misses all else. On JDK 17 to 24 that are connects without a transfer, asynchronous channels and datagram
 * sockets, unless they are open at the end. It misses name look-ups, sockets of child processes, and transfers with a
 * real peer that has the address and port of one in memory, if both transfer bytes while the guard watches. Sockets of
 * {@code nettest-jvm}'s claims are in memory; its {@code forbidRealSockets} prevents connects and binds on each JDK.
 *
 * <p>Peers to which this process was connected at the start are not reported on Linux, nor the sockets of test runners
 * and of management clients. The guard watches the whole JVM, so it also names the sockets of tests that run at the
 * same time. The first guard of a JVM starts the flight recorder, which takes about half a second. Each further one
 * takes 30 to 100 ms.
 *
 * <p>On JDK 17 the flight recorder asks a {@code java.net.Socket} for its timeout after each read. While a guard
 * watches, a read that a close ends therefore fails with {@code Socket is closed} instead of {@code Socket closed}.
 */
public final class RealSocketGuard implements AutoCloseable {

    private final AllowedSockets allowed;
    private final Map<String, OpenSockets.Open> before;
    private final MemoryPeers memory;
    private final @Nullable SocketEvents events;
    private boolean ended; // guarded by this

    private RealSocketGuard(AllowedSockets allowed) throws IOException {
        this.allowed = allowed;
        this.before = OpenSockets.read();
        this.memory = MemoryPeers.watch();
        try {
            this.events = SocketEvents.isAvailable() ? SocketEvents.start() : null;
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /**
     * Starts to watch.
     *
     * @param allowed is not reported: addresses and prefixes, such as {@code "10.0.0.1"}, {@code "localhost:5432"},
     *     {@code "[::1]:80"} and {@code "10.0.0.0/8"}; paths of Unix sockets; packages and classes of the code that
     *     uses the sockets, such as {@code "org.postgresql"}. A bind or connect whose address is unknown is not
     *     reported if an address or a path is allowed
     * @throws IllegalArgumentException if an entry is none of these
     * @throws IllegalStateException if this JVM has neither a flight recorder nor {@code /proc}
     */
    public static RealSocketGuard start(String... allowed) {
        AllowedSockets parsed = new AllowedSockets(Objects.requireNonNull(allowed, "allowed"));
        if (!SocketEvents.isAvailable() && !OpenSockets.isAvailable()) {
            throw new IllegalStateException(
                    "a guard sees nothing here: this JVM has no module jdk.jfr, and this system has no /proc");
        }
        try {
            return new RealSocketGuard(parsed);
        } catch (IOException e) {
            throw new UncheckedIOException("the guard cannot read /proc", e);
        }
    }

    /**
     * Ends it, and reports what was used since the start.
     *
     * @return empty if nothing was used, and after the first call
     * @throws UncheckedIOException if the records cannot be read
     */
    public synchronized Optional<String> end() {
        if (ended) {
            return Optional.empty();
        }
        ended = true;
        Map<SocketUse, Long> counts = new LinkedHashMap<>();
        try (memory) {
            if (events != null) {
                Set<InetSocketAddress> known = peersBefore();
                events.end(use -> {
                    if (use.address() == null) {
                        add(counts, use);
                        return;
                    }
                    InetSocketAddress peer = new InetSocketAddress(use.address(), use.port());
                    if (!known.contains(peer) && !memory.contains(peer)) {
                        add(counts, use);
                    }
                });
            }
            OpenSockets.read().forEach((inode, open) -> {
                if (!before.containsKey(inode)) {
                    add(counts, open.use());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the guard cannot read its records", e);
        }
        return counts.isEmpty() ? Optional.empty() : Optional.of(report(counts));
    }

    private void add(Map<SocketUse, Long> counts, SocketUse use) {
        if (!allowed.allows(use)) {
            counts.merge(use, 1L, Long::sum);
        }
    }

    private Set<InetSocketAddress> peersBefore() {
        Set<InetSocketAddress> peers = new HashSet<>();
        for (OpenSockets.Open open : before.values()) {
            if (open.remote() != null) {
                peers.add(open.remote());
            }
        }
        return peers;
    }

    private static String report(Map<SocketUse, Long> counts) {
        StringBuilder text = new StringBuilder("real sockets are forbidden here, but were used:");
        counts.forEach((use, count) -> text.append("\n  ").append(use.text(count)));
        return text.toString();
    }

    /**
     * Ends it, like {@link #end}.
     *
     * @throws AssertionError with the report, if a real socket was used
     */
    @Override
    public void close() {
        end().ifPresent(report -> {
            throw new AssertionError(report);
        });
    }
}
