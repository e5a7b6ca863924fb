package dev.nettest.internal.net;

import dev.nettest.internal.bridge.BridgeImpl;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.net.CloseDetail.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The end of a network: releases everything, then checks for leaks and for faults that never fired. */
final class Shutdown {

    private final NetworkImpl network;
    private final LeakCheck leakCheck = new LeakCheck();
    private final Queue<InstalledFault> declared = new ConcurrentLinkedQueue<>();

    /** The network snapshot from before the release. */
    private volatile String snapshotText = "";

    Shutdown(NetworkImpl network) {
        this.network = network;
    }

    void remember(InstalledFault fault) {
        declared.add(fault);
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
        open.stream()
                .filter(Shutdown::isEstablished)
                .forEach(connection -> connection.teardown().releaseBoth());
        network.listeners().forEach(listener -> listener.release(Cause.NETWORK));
        // the connections that are still connecting
        network.connectionTable()
                .all()
                .forEach(connection -> connection.teardown().releaseBoth());
        network.udpTable().all().forEach(endpoint -> endpoint.release(Cause.NETWORK));
        network.bindTable().changes().advance();
        network.unixPaths().changes().advance();
        network.waits().setWakeups();
        network.bridges().forEach(BridgeImpl::shutdown);
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
        network.bridges().forEach(BridgeImpl::close);
        List<String> unfired = network.config().checksFaults() ? unfired() : List.of();
        List<String> leaks = network.config().checksLeaks() ? leakCheck.awaitOwners() : List.of();
        String refused = network.config().checksLeaks() ? network.timers().refusedWait() : null;
        if (refused != null) {
            // the code under test may have swallowed the exception
            throw network.reports()
                    .withReport(new AssertionError(
                            "a wait was refused: " + refused + "\nthe network when it was closed:\n" + snapshotText));
        }
        if (!leaks.isEmpty() || !unfired.isEmpty()) {
            throw network.reports().withReport(report(leaks, unfired, snapshotText));
        }
    }

    private List<String> unfired() {
        List<String> unfired = new ArrayList<>();
        for (InstalledFault fault : declared) {
            if (fault.isUnfired()) {
                unfired.add(fault.describe());
            }
        }
        return unfired;
    }

    private static AssertionError report(List<String> leaks, List<String> unfired, String snapshotText) {
        StringBuilder text = new StringBuilder();
        if (!leaks.isEmpty()) {
            text.append("never closed:");
            leaks.forEach(leak -> text.append("\n  ").append(leak));
        }
        if (!unfired.isEmpty()) {
            text.append(leaks.isEmpty() ? "" : "\n").append("declared and never fired (optional() allows that):");
            unfired.forEach(fault -> text.append("\n  ").append(fault));
        }
        return new AssertionError(text + "\nthe network when it was closed:\n" + snapshotText);
    }
}
