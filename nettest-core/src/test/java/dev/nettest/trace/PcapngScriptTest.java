package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.Listener;
import dev.nettest.NetworkConfig;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.testing.NetworkFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random scripts on a network with links, faults and crashes, and their capture in the eyes of tshark. */
class PcapngScriptTest extends NetworkFixture {

    private static final int CONNECTIONS = Integer.getInteger("pcapng.scripts", 300);
    private static final int PORT = 9000;

    /** Random bytes look like some protocol now and then. */
    private static final String TRANSPORT_ONLY = "tcp.port==" + PORT + ",data";

    private static final String TROUBLE = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"
            + " || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment"
            + " || tcp.analysis.duplicate_ack || tcp.analysis.spurious_retransmission";

    private static final long SEED = Long.getLong("pcapng.seed", 1);

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);

    /** The bytes that were read, by the port of the client, negative for those of the server. */
    private final Map<Integer, ByteArrayOutputStream> read = new HashMap<>();

    PcapngScriptTest() {
        super(NetworkConfig.builder().trace(TraceLevel.PAYLOADS).seed(SEED));
    }

    @BeforeAll
    static void assumeInstalled() {
        Tshark.assumeInstalled();
    }

    @Test
    void findsNoFaultInRandomScripts() throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            link.impair(impairment());
            script();
        }
        Path file = directory.resolve("scripts.pcapng");
        Pcapng.write(network.trace(), file);

        assertThat(network.trace().omitted()).isZero();
        assertThat(network.trace().events(TraceEvent.Retransmitted.class)).isNotEmpty();
        assertThat(Tshark.fields(
                        file,
                        List.of("-d", TRANSPORT_ONLY, "-Y", TROUBLE),
                        "frame.number",
                        "tcp.stream",
                        "_ws.expert.message"))
                .isEmpty();
        Map<Integer, ByteArrayOutputStream> captured = captured(file);
        read.forEach(
                (port, bytes) -> assertThat(Arrays.copyOf(captured.get(port).toByteArray(), bytes.size()))
                        .as("client port %d", port)
                        .isEqualTo(bytes.toByteArray()));
    }

    private static Map<Integer, ByteArrayOutputStream> captured(Path file) throws Exception {
        Map<Integer, ByteArrayOutputStream> streams = new HashMap<>();
        List<String> options = List.of("-d", TRANSPORT_ONLY);
        for (List<String> packet :
                Tshark.fields(file, options, "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.payload")) {
            int source = Integer.parseInt(packet.get(0));
            int target = Integer.parseInt(packet.get(1));
            ByteArrayOutputStream stream =
                    streams.computeIfAbsent(source == PORT ? -target : source, none -> new ByteArrayOutputStream());
            if (Long.parseLong(packet.get(2)) == stream.size() + 1) {
                stream.writeBytes(HexFormat.of().parseHex(packet.get(3)));
            }
        }
        return streams;
    }

    private Impairment impairment() {
        Impairment.Builder builder = Impairment.builder();
        if (random.nextBoolean()) {
            builder.latency(Duration.ofMillis(1 + random.nextInt(30)));
        }
        if (random.nextInt(3) == 0) {
            builder.jitter(Duration.ofMillis(1));
        }
        if (random.nextInt(3) == 0) {
            builder.loss(0.1);
        }
        if (random.nextInt(3) == 0) {
            builder.rate(1_000_000);
        }
        return builder.build();
    }

    private void script() throws Exception {
        try (Listener listener = db.listen(PORT)) {
            Future<Connection> dial = network.executor().submit(() -> app.connect("10.0.0.5:" + PORT));
            clock.advanceUntilIdle();
            Connection client = dial.get();
            Connection server = listener.accept();
            int port = ((InetSocketAddress) client.localAddress()).getPort();
            ByteArrayOutputStream sent = read.computeIfAbsent(port, none -> new ByteArrayOutputStream());
            ByteArrayOutputStream answered = read.computeIfAbsent(-port, none -> new ByteArrayOutputStream());
            int steps = 2 + random.nextInt(20);
            for (int i = 0; i < steps; i++) {
                boolean forward = random.nextBoolean();
                step(forward ? client : server, forward ? answered : sent);
            }
            link.release();
            link.repair();
            end(random.nextBoolean() ? client : server);
            clock.advanceTimeBy(Duration.ofMillis(random.nextInt(100)));
            end(client);
            end(server);
        }
        clock.advanceUntilIdle();
    }

    private void step(Connection connection, ByteArrayOutputStream received) {
        try {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> connection.tryWrite(ByteBuffer.wrap(bytes(1 + random.nextInt(5000))));
                case 3, 4, 5 -> {
                    ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(4000));
                    connection.tryRead(target);
                    received.write(target.array(), 0, target.position());
                }
                case 6 -> link.hold();
                case 7 -> link.release();
                case 8 -> partition();
                case 9 -> {
                    if (random.nextInt(5) == 0) {
                        connection.shutdownOutput();
                    }
                }
                default -> clock.advanceTimeBy(Duration.ofMillis(random.nextInt(400)));
            }
        } catch (IOException ended) {
            // the script goes on, because the capture is tested and not the connection
        }
    }

    private void partition() {
        link.partition();
        clock.advanceTimeBy(Duration.ofMillis(random.nextInt(400)));
        link.repair();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private void end(Connection connection) throws IOException {
        switch (random.nextInt(6)) {
            case 0 -> connection.reset();
            case 1 -> {
                connection.faults().close(Fault.reset());
                connection.close();
            }
            case 2 -> {
                db.crash();
                db.restart();
            }
            default -> connection.close();
        }
    }
}
