package dev.nettest.internal.net;

import dev.nettest.internal.bridge.BridgeImpl;
import dev.nettest.internal.net.CloseDetail.Cause;
import java.util.List;

/** The end of a network: releases everything, then checks for leaks and for faults that never fired. */
final class Shutdown {

    private final NetworkImpl network;
    private final LeakCheck leakCheck;

    /** The network snapshot from before the release. */
    private volatile String snapshotText = "";

    Shutdown(NetworkImpl network) {
        this.network = network;
        this.leakCheck = new LeakCheck(network);
    }

    void ownerClosed() {
        if (network.isClosed()) {
            leakCheck.ownerClosed();
        }
    }

    void shutdown() {
        List<ConnectionImpl> open = network.connectionTable().all();
        leakCheck.start(open, network.udpTable().all(), network.listeners());
        if (network.config().checksLeaks() || network.config().checksFaults()) {
            snapshotText = network.reports().textWithoutWaiters();
        }
        for (ConnectionImpl connection : open) {
            if (isEstablished(connection)) {
                connection.teardown().releaseBoth();
            }
        }
        for (ListenerImpl listener : network.listeners()) {
            listener.release(Cause.NETWORK);
        }
        for (ConnectionImpl connecting : network.connectionTable().all()) {
            connecting.teardown().releaseBoth();
        }
        for (DatagramEndpointImpl endpoint : network.udpTable().all()) {
            endpoint.release(Cause.NETWORK);
        }
        network.bindTable().changes().advance();
        network.unixPaths().changes().advance();
        network.waits().setWakeups();
        for (BridgeImpl bridge : network.bridges()) {
            bridge.shutdown();
        }
        network.threads().shutdownNow();
        network.timers().end();
    }

    private static boolean isEstablished(ConnectionImpl connection) {
        return !connection.endpoint().isConnecting()
                && !connection.peer().endpoint().isConnecting();
    }

    /** @throws AssertionError if the code under test leaked a connection or endpoint, or a fault never fired */
    void check() {
        network.threads().awaitEnd();
        for (BridgeImpl bridge : network.bridges()) {
            bridge.close();
        }
        List<String> unfired = network.config().checksFaults()
                ? network.reports().declaredFaults().unfired()
                : List.of();
        List<String> leaks = network.config().checksLeaks() ? leakCheck.awaitOwners() : List.of();
        List<String> loops =
                network.config().checksLeaks() ? network.waits().ignoredCloses().textsOfRunning() : List.of();
        String refused = network.config().checksLeaks() ? network.timers().refusedWait() : null;
        if (refused != null) {
            // the code under test may have swallowed the exception
            throw network.reports()
                    .withText("a wait was refused: " + refused + "\nthe network when it was closed:\n" + snapshotText);
        }
        String found = section("never closed:", leaks)
                + section("loops that ignore a close:", loops)
                + section("declared and never fired (optional() allows that):", unfired);
        if (!found.isEmpty()) {
            throw network.reports().withText(found + "the network when it was closed:\n" + snapshotText);
        }
    }

    private static String section(String header, List<String> lines) {
        return lines.isEmpty() ? "" : header + "\n  " + String.join("\n  ", lines) + "\n";
    }
}
