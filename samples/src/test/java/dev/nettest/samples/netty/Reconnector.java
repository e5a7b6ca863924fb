package dev.nettest.samples.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** Code under test: keeps a client connected. It tries again after 1, 2, 4, and then 8 seconds. */
final class Reconnector {

    private static final long LONGEST_PAUSE = 8;

    private final Bootstrap client;
    private final SocketAddress address;
    private final Runnable onAttempt;
    private long pause = 1;

    /** @param client on one event loop */
    Reconnector(Bootstrap client, SocketAddress address, Runnable onAttempt) {
        this.client = client;
        this.address = address;
        this.onAttempt = onAttempt;
    }

    void connect() {
        onAttempt.run();
        client.connect(address).addListener((ChannelFuture connect) -> {
            if (connect.isSuccess()) {
                pause = 1;
                connect.channel().closeFuture().addListener(closed -> connectLater());
            } else {
                connectLater();
            }
        });
    }

    private void connectLater() {
        if (!client.config().group().isShuttingDown()) {
            client.config().group().schedule(this::connect, pause, TimeUnit.SECONDS);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }
}
