package dev.nettest.trace;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Snapshot;
import dev.nettest.Trace;
import dev.nettest.TraceLevel;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Runs of real networks that the pages of tests show. */
final class Runs {

    private static final NetworkConfig VIRTUAL = NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .trace(TraceLevel.ALL)
            .seed(7)
            .checks(false)
            .build();

    private Runs() {}

    /** The trace and the end of a network. */
    record Run(Trace trace, Snapshot snapshot) {
        TracePage page() {
            return TracePage.of(trace).snapshot(snapshot);
        }
    }

    /** Three hosts, latency, a loss, a fault, a partition and a timeout. */
    static Run shop() throws IOException {
        try (Network network = Network.create(VIRTUAL)) {
            network.participate();
            Host app = network.host("app", "10.0.0.2");
            Host cache = network.host("cache", "10.0.0.3");
            Host db = network.host("db", "10.0.0.5");
            Link slow = network.link(app, db).latency(Duration.ofMillis(20));
            Listener store = db.listen("10.0.0.5:5432");
            Listener lookups = cache.listen("10.0.0.3:6379");
            lookups.faults().read(Fault.reset().afterBytes(30));

            Connection toStore = app.connect("10.0.0.5:5432");
            Connection stored = store.accept();
            Connection toCache = app.connect("10.0.0.3:6379");
            Connection cached = lookups.accept();
            for (int i = 0; i < 4; i++) {
                exchange(toStore, stored, "select " + i, "row " + i);
            }
            exchange(toCache, cached, "GET user:1\r\n", "VALUE ann\r\n");
            DatagramEndpoint metrics = app.bindDatagram("10.0.0.2:8125");
            metrics.send(bytes("hits:1|c"), "10.0.0.3:8125");
            slow.forward()
                    .impair(Impairment.latency(Duration.ofMillis(20)).toBuilder()
                            .loss(0.6)
                            .build());
            exchange(toStore, stored, "begin", "ok");
            attempt(() -> exchange(toCache, cached, "GET user:2 and its friends\r\n", "none"));
            slow.partition();
            toStore.write(bytes("commit"));
            toStore.readTimeout(Duration.ofSeconds(30));
            attempt(() -> toStore.read(ByteBuffer.allocate(100)));
            attempt(() -> app.connect("10.0.0.5:5432"));
            attempt(() -> app.connect("10.0.0.3:1"));
            toStore.close();
            return new Run(network.trace(), network.snapshot());
        }
    }

    /** A conversation of about {@code events} events on four connections. */
    static Run traffic(int events) throws IOException {
        try (Network network = Network.create(VIRTUAL)) {
            network.participate();
            Host gateway = network.host("gateway", "10.0.0.2");
            Host orders = network.host("orders", "10.0.0.3");
            Host store = network.host("store", "10.0.0.5");
            network.link(gateway, store).latency(Duration.ofMillis(1));
            Listener listener = store.listen("10.0.0.5:80");
            Connection[] clients = new Connection[4];
            Connection[] servers = new Connection[4];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = (i % 2 == 0 ? gateway : orders).connect("10.0.0.5:80");
                servers[i] = listener.accept();
            }
            for (int i = 0; network.trace().events().size() < events - 20; ) {
                for (int many = 0; many < 10; many++, i++) {
                    int which = i * 7 % 5 % clients.length;
                    String body = "item " + i * 31;
                    exchange(
                            clients[which],
                            servers[which],
                            "GET /items/" + i + " HTTP/1.1\r\nHost: store\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                }
            }
            servers[0].reset();
            attempt(() -> clients[0].read(ByteBuffer.allocate(1)));
            return new Run(network.trace(), network.snapshot());
        }
    }

    /** An operation whose failure is part of the run. */
    private interface Attempt {
        void run() throws IOException;
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException e) {
            // the trace shows it
        }
    }

    private static void exchange(Connection client, Connection server, String request, String response)
            throws IOException {
        client.write(bytes(request));
        server.awaitReadable(request.length());
        server.read(ByteBuffer.allocate(1000));
        server.write(bytes(response));
        client.awaitReadable(response.length());
        client.read(ByteBuffer.allocate(1000));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
