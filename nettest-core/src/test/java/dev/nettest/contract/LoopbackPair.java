package dev.nettest.contract;

import java.io.IOException;

/**
 * Loopback only: two endpoints of a connection through the kernel. It nearly always delivers at once; {@link #settle}
 * waits for the rare delays. It compares the operations of the endpoints with the kernel's tables.
 */
final class LoopbackPair implements Pair {
    private final LoopbackStream client;
    private final LoopbackStream server;
    private long settled;

    LoopbackPair(LoopbackStream client, LoopbackStream server) {
        this.client = client;
        this.server = server;
    }

    @Override
    public Stream client() {
        return client;
    }

    @Override
    public Stream server() {
        return server;
    }

    @Override
    public void settle() {
        long sendings = client.sendings.get() + server.sendings.get();
        if (sendings == settled) {
            return;
        }
        if (client.isOpenBothWays() && server.isOpenBothWays()) {
            PollingWait.until(() -> hasBytes(client, server) && hasBytes(server, client), this::description);
        } else {
            PollingWait.until(this::isSettledInKernel, this::description);
        }
        settled = sendings;
    }

    private boolean isSettledInKernel() {
        TcpTable table = TcpTable.read();
        return hasArrived(table, client, server) && hasArrived(table, server, client);
    }

    private static boolean hasBytes(LoopbackStream from, LoopbackStream to) {
        try {
            return to.available() >= from.written.get() - to.taken.get();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** True if everything that one endpoint has sent (bytes, FIN, RST) has reached the other. */
    private static boolean hasArrived(TcpTable table, LoopbackStream from, LoopbackStream to) {
        if (table.isGone(to.localPort, to.remotePort)) {
            return table.isGone(from.localPort, from.remotePort);
        }
        long unread = from.written.get() - to.taken.get();
        boolean drewReset = !to.isOpen() && unread > 0;
        boolean finSent = from.outputShut || !from.isOpen();
        return !drewReset
                && table.unread(to.localPort, to.remotePort) >= unread
                && (!finSent || table.hasSeenFin(to.localPort, to.remotePort));
    }

    private String description() {
        return "delivery between " + describe(client) + " and " + describe(server);
    }

    private static String describe(LoopbackStream stream) {
        return stream.localPort + " (wrote " + stream.written + ", read " + stream.taken
                + (stream.inputShut ? ", shut input" : "") + (stream.outputShut ? ", shut output" : "")
                + (stream.isOpen() ? ")" : ", closed)");
    }
}
