package dev.nettest.internal.net;

import dev.nettest.internal.bridge.BridgeImpl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The bridges of a network. */
final class Bridges {

    private final NetworkImpl network;
    private final List<BridgeImpl> bridges = new CopyOnWriteArrayList<>();

    Bridges(NetworkImpl network) {
        this.network = network;
    }

    BridgeImpl open(SocketAddress address, InetSocketAddress real) throws IOException {
        network.checkUp("bridge");
        BridgeImpl bridge = BridgeImpl.open(network, address, real);
        bridges.add(bridge);
        bridge.start();
        if (network.isClosed()) {
            bridge.close(); // shutdown() may have missed it
            network.checkUp("bridge");
        }
        return bridge;
    }

    List<BridgeImpl> all() {
        return bridges;
    }
}
