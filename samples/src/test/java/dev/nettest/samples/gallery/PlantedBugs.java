package dev.nettest.samples.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkHost;
import dev.nettest.junit.NetworkTest;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Ten tests that fail, each for one mistake in code that uses the network. {@code GalleryTest} runs them and compares
 * their reports with those of the documentation. The name of a test says what the code should do.
 */
@NetworkTest(clock = NetworkTest.Clock.SELF_ADVANCING, checks = false)
class PlantedBugs {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Connection connection, int most) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(most);
        int count = connection.read(buffer);
        return count < 0 ? "(end of stream)" : new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
    }

    /** The client writes to a buffered stream, and does not flush it. */
    @Test
    void aRequestIsAnswered(
            Network network,
            @NetworkHost(name = "app", addresses = "10.0.0.2") Host app,
            @NetworkHost(name = "db", addresses = "10.0.0.5") Host db)
            throws Exception {
        network.link(app, db).latency(Duration.ofMillis(10));
        Listener listener = db.listen(5432);
        network.executor().submit(() -> {
            Connection server = listener.accept();
            server.write(bytes("answer to " + read(server, 100)));
            return null;
        });
        Connection client = app.connect("db:5432");
        network.awaitIdle();
        OutputStream out = new BufferedOutputStream(client.outputStream());

        out.write("select 1\n".getBytes(StandardCharsets.UTF_8));

        assertThat(read(client, 100)).isEqualTo("answer to select 1\n");
    }

    /** The server rejects a large upload, and closes before it has read the upload. */
    @Test
    void aRejectionReachesTheClient(
            Network network,
            @NetworkHost(name = "browser", addresses = "10.0.0.2") Host browser,
            @NetworkHost(name = "web", addresses = "10.0.0.5") Host web)
            throws Exception {
        network.link(browser, web).latency(Duration.ofMillis(10));
        Listener listener = web.listen(80);
        Connection client = browser.connect("web:80");
        client.write(bytes("POST /upload HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"));
        client.write(ByteBuffer.allocate(100_000));

        Connection server = listener.accept();
        read(server, 50);
        server.write(bytes("HTTP/1.1 413 Content Too Large\r\n\r\n"));
        server.close();

        assertThat(read(client, 12)).isEqualTo("HTTP/1.1 413");
        assertThat(read(client, 100)).endsWith("\r\n\r\n");
        assertThat(read(client, 1)).isEqualTo("(end of stream)");
    }

    /** The read timeout is shorter than the round trip. */
    @Test
    void anAnswerFromAnotherContinentArrives(
            Network network,
            @NetworkHost(name = "europe", addresses = "10.0.0.2") Host europe,
            @NetworkHost(name = "asia", addresses = "10.0.0.5") Host asia)
            throws Exception {
        network.link(europe, asia).latency(Duration.ofMillis(150));
        Listener listener = asia.listen(80);
        network.executor().submit(() -> {
            Connection server = listener.accept();
            server.write(bytes("pong" + read(server, 100)));
            return null;
        });
        Connection client = europe.connect("asia:80").readTimeout(Duration.ofMillis(200));

        network.awaitIdle();
        client.write(bytes("ping"));

        assertThat(read(client, 100)).isEqualTo("pongping");
    }

    /** The reader takes what one read returns for the whole message. */
    @Test
    void aMessageIsReadAsAWhole(
            Network network,
            @NetworkHost(name = "sensor", addresses = "10.0.0.2") Host sensor,
            @NetworkHost(name = "hub", addresses = "10.0.0.5") Host hub)
            throws Exception {
        network.link(sensor, hub)
                .impair(Impairment.builder()
                        .latency(Duration.ofMillis(5))
                        .rate(100_000)
                        .build());
        Listener listener = hub.listen(9000);
        Connection client = sensor.connect("hub:9000");
        Connection server = listener.accept();

        client.write(bytes("temperature=" + "7".repeat(2988)));

        assertThat(read(server, 3000)).hasSize(3000);
    }

    /** Both ends write their whole list before they read. */
    @Test
    void twoPeersExchangeTheirLists(
            Network network,
            @NetworkHost(name = "left", addresses = "10.0.0.2") Host left,
            @NetworkHost(name = "right", addresses = "10.0.0.5") Host right)
            throws Exception {
        network.link(left, right).latency(Duration.ofMillis(10));
        Listener listener = right.listen(7000).receiveBufferSize(64 * 1024);
        Connection one = left.connect("right:7000").receiveBufferSize(64 * 1024);
        Connection other = listener.accept();
        network.executor().submit(() -> {
            other.write(ByteBuffer.allocate(200_000));
            return read(other, 200_000);
        });

        network.awaitIdle(); // the right one has begun
        network.clock().sleep(Duration.ofMillis(1));
        one.write(ByteBuffer.allocate(200_000));

        assertThat(read(one, 200_000)).isNotEmpty();
    }

    /** An exception of one connection ends the loop that accepts. */
    @Test
    void theServerOutlivesABadClient(
            Network network,
            @NetworkHost(name = "client", addresses = "10.0.0.2") Host host,
            @NetworkHost(name = "server", addresses = "10.0.0.5") Host server)
            throws Exception {
        network.link(host, server).latency(Duration.ofMillis(10));
        Listener listener = server.listen(25);
        network.executor().submit(() -> {
            while (true) {
                Connection accepted = listener.accept();
                String command = read(accepted, 100);
                if (!command.endsWith("\r\n")) {
                    throw new IllegalStateException("a command without a line end: " + command);
                }
                accepted.write(bytes("250 " + command));
            }
        });
        Connection bad = host.connect("server:25");
        network.awaitIdle();
        bad.write(bytes("no line end"));
        network.awaitIdle();

        Connection good = host.connect("server:25").readTimeout(Duration.ofSeconds(5));
        network.awaitIdle();
        good.write(bytes("HELO\r\n"));

        assertThat(read(good, 100)).isEqualTo("250 HELO\r\n");
    }

    /** The client of a datagram protocol does not ask again. */
    @Test
    void aNameIsResolvedInSpiteOfLoss(
            Network network,
            @NetworkHost(name = "app", addresses = "10.0.0.2") Host app,
            @NetworkHost(name = "dns", addresses = "10.0.0.53") Host dns)
            throws Exception {
        network.link(app, dns).latency(Duration.ofMillis(10));
        DatagramEndpoint server = dns.bindDatagram("10.0.0.53:53");
        DatagramEndpoint client = app.bindDatagram("10.0.0.2:0");
        server.faults().send(Fault.drop().once());
        network.executor().submit(() -> {
            ByteBuffer query = ByteBuffer.allocate(100);
            server.send(bytes("10.0.0.5"), server.receive(query));
            return null;
        });

        client.send(bytes("db.example"), "10.0.0.53:53");

        client.receiveTimeout(Duration.ofSeconds(2)).receive(ByteBuffer.allocate(100));
    }

    /** The server waits for the end of the stream, but the client does not shut down its output. */
    @Test
    void anUploadIsCounted(
            Network network,
            @NetworkHost(name = "client", addresses = "10.0.0.2") Host host,
            @NetworkHost(name = "store", addresses = "10.0.0.5") Host store)
            throws Exception {
        network.link(host, store).latency(Duration.ofMillis(10));
        Listener listener = store.listen(8080);
        network.executor().submit(() -> {
            Connection accepted = listener.accept();
            int lines = 0;
            BufferedReader reader = new BufferedReader(new InputStreamReader(accepted.inputStream()));
            while (reader.readLine() != null) {
                lines++;
            }
            accepted.write(bytes(lines + " lines\n"));
            return null;
        });
        Connection client = host.connect("store:8080");

        network.awaitIdle();
        client.write(bytes("one\ntwo\n"));

        assertThat(read(client, 100)).isEqualTo("2 lines\n");
    }

    /** A pool gives out a connection that the server has closed. */
    @Test
    void thePoolGivesOutUsableConnections(
            Network network,
            @NetworkHost(name = "app", addresses = "10.0.0.2") Host app,
            @NetworkHost(name = "db", addresses = "10.0.0.5") Host db)
            throws Exception {
        network.link(app, db).latency(Duration.ofMillis(1));
        Listener listener = db.listen(5432);
        Connection pooled = app.connect("db:5432");
        Connection server = listener.accept();
        pooled.write(bytes("select 1\n"));
        read(server, 100);
        server.close(); // after its idle timeout
        network.clock().sleep(Duration.ofMinutes(10));

        pooled.write(bytes("select 2\n"));
        network.clock().sleep(Duration.ofSeconds(1));

        pooled.write(bytes("select 3\n"));
    }

    /** A retry sends a payment again, although the first one had arrived. */
    @Test
    void aPaymentIsBookedOnce(
            Network network,
            @NetworkHost(name = "shop", addresses = "10.0.0.2") Host shop,
            @NetworkHost(name = "bank", addresses = "10.0.0.5") Host bank)
            throws Exception {
        network.link(shop, bank).latency(Duration.ofMillis(10));
        Listener listener = bank.listen(443);
        StringBuffer booked = new StringBuffer();
        network.executor().submit(() -> {
            while (true) {
                try (Connection accepted = listener.accept()) {
                    booked.append(read(accepted, 100));
                    accepted.write(bytes("ok\n"));
                }
            }
        });
        String answer = "";
        for (int attempt = 1; !answer.equals("ok\n"); attempt++) {
            try (Connection connection = shop.connect("bank:443")) {
                if (attempt == 1) {
                    connection.faults().read(Fault.timeout());
                }
                network.awaitIdle();
                connection.write(bytes("pay 10 EUR\n"));
                answer = read(connection, 100);
            } catch (SocketTimeoutException e) {
                // try again
            }
        }

        assertThat(booked).hasToString("pay 10 EUR\n");
    }
}
