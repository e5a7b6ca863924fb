package dev.nettest.contract;

import java.io.IOException;

/**
 * Loopback only: two ends of a connection through the kernel. Delivery there takes no time that anyone can see, almost
 * always; {@link #settle} makes that "always", by looking at what the ends have done and at what the kernel says of
 * them.
 */
final class LoopbackPair implements Pair {
    private final LoopbackEnd client;
    private final LoopbackEnd server;
    private long settled;

    LoopbackPair(LoopbackEnd client, LoopbackEnd server) {
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
        if (client.isQuiet() && server.isQuiet()) {
            Spin.until(() -> hasBytes(client, server) && hasBytes(server, client), this::picture);
        } else {
            Spin.until(this::isSettledInKernel, this::picture);
        }
        settled = sendings;
    }

    private boolean isSettledInKernel() {
        TcpTable table = TcpTable.read();
        return hasArrived(table, client, server) && hasArrived(table, server, client);
    }

    private static boolean hasBytes(LoopbackEnd from, LoopbackEnd to) {
        try {
            return to.available() >= from.written.get() - to.taken.get();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether all that one end has sent (bytes, FIN, RST) has reached the other. */
    private static boolean hasArrived(TcpTable table, LoopbackEnd from, LoopbackEnd to) {
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

    private String picture() {
        return "what " + describe(client) + " and " + describe(server) + " have sent arrives";
    }

    private static String describe(LoopbackEnd end) {
        return end.localPort + " (wrote " + end.written + ", read " + end.taken + (end.inputShut ? ", shut input" : "")
                + (end.outputShut ? ", shut output" : "") + (end.isOpen() ? ")" : ", closed)");
    }
}
