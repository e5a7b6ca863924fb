package dev.nettest.testing;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A network for each test, on a manual virtual clock. */
public abstract class NetworkFixture {
    protected static final Duration SECOND = Duration.ofSeconds(1);

    protected final VirtualClock clock = VirtualClock.manual();
    protected final Network network;

    protected NetworkFixture() {
        this(NetworkConfig.builder());
    }

    protected NetworkFixture(NetworkConfig.Builder settings) {
        network = Network.create(settings.clock(clock).build());
    }

    @AfterEach
    void shutDown() {
        network.shutdown();
    }

    /** A connection whose buffers hold {@code receiveBufferSize} bytes in each direction. */
    protected ConnectionPair pair(int receiveBufferSize) throws IOException {
        ConnectionPair pair = network.pair();
        pair.client().receiveBufferSize(receiveBufferSize);
        pair.server().receiveBufferSize(receiveBufferSize);
        return pair;
    }

    /** One end of a pair. */
    protected Connection end() throws IOException {
        return network.pair().client();
    }
}
