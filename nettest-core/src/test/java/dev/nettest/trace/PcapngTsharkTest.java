package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Captures of random connections in the eyes of tshark. */
class PcapngTsharkTest {

    /** The connections of one run; {@code -Dpcapng.connections=100000} tests more. */
    private static final int CONNECTIONS = Integer.getInteger("pcapng.connections", 10_000);

    private static final int PER_FILE = 1000;

    /** Random bytes look like some protocol now and then. */
    private static final List<String> TRANSPORT_ONLY = List.of("-d", "tcp.port==15000-15019,data");

    private static final Set<String> EXPECTED = Set.of(
            "Connection establish request (SYN): server port",
            "Connection establish acknowledge (SYN+ACK): server port",
            "Connection finish (FIN)",
            "This frame initiates the connection closing",
            "This frame undergoes the connection closing",
            "Connection reset (RST)");

    private static final String RETRANSMISSION = "This frame is a (suspected) retransmission";

    @TempDir
    Path directory;

    @BeforeAll
    static void assumeInstalled() {
        Tshark.assumeInstalled();
    }

    static IntStream files() {
        return IntStream.range(0, (CONNECTIONS + PER_FILE - 1) / PER_FILE);
    }

    @ParameterizedTest
    @MethodSource("files")
    void findsNoFaultInRandomConnections(int seed) throws Exception {
        RandomTraffic traffic = new RandomTraffic(seed, Math.min(PER_FILE, CONNECTIONS - seed * PER_FILE));
        Path file = directory.resolve("random.pcapng");
        Pcapng.write(traffic.trace(), file);
        Map<Integer, Integer> numbers = check(traffic, file);
        RandomTraffic.Talk followed = traffic.talks().get(seed % traffic.talks().size());
        assertThat(Tshark.follow(file, numbers.get(followed.clientPort())))
                .as("client port %d", followed.clientPort())
                .containsExactly(hex(followed.sentByClient()), hex(followed.sentByServer()));
    }

    /** Returns the number of each stream by the port of its client. */
    private static Map<Integer, Integer> check(RandomTraffic traffic, Path file) throws Exception {
        Map<Integer, ByteArrayOutputStream> streams = new HashMap<>();
        Map<Integer, RandomTraffic.Talk> talks = new HashMap<>();
        Map<Integer, Integer> numbers = new HashMap<>();
        traffic.talks().forEach(talk -> talks.put(talk.clientPort(), talk));
        Set<String> unexpected = new TreeSet<>();
        for (List<String> packet : Tshark.fields(
                file,
                TRANSPORT_ONLY,
                "tcp.srcport",
                "tcp.dstport",
                "tcp.seq",
                "tcp.payload",
                "_ws.expert.message",
                "tcp.checksum.status",
                "ip.checksum.status",
                "tcp.stream",
                "frame.number")) {
            int source = Integer.parseInt(packet.get(0));
            int target = Integer.parseInt(packet.get(1));
            RandomTraffic.Talk talk = talks.get(Math.max(source, target));
            numbers.put(talk.clientPort(), Integer.valueOf(packet.get(7)));
            for (String expert : experts(packet.get(4))) {
                if (!EXPECTED.contains(expert)
                        && !expert.matches("client\\d at .*: connect failed: ConnectException: Connection refused")
                        && !(expert.equals(RETRANSMISSION) && talk.isLossy())) {
                    unexpected.add(expert + " in frame " + packet.get(8) + ", stream " + packet.get(7));
                }
            }
            assertThat(packet.get(5)).isEqualTo("1");
            assertThat(packet.get(6)).isIn("1", "");
            byte[] payload = HexFormat.of().parseHex(packet.get(3));
            ByteArrayOutputStream stream =
                    streams.computeIfAbsent(source < target ? -target : source, none -> new ByteArrayOutputStream());
            if (Long.parseLong(packet.get(2)) == stream.size() + 1) {
                stream.writeBytes(payload);
            }
        }
        assertThat(unexpected).isEmpty();
        for (RandomTraffic.Talk talk : traffic.talks()) {
            ByteArrayOutputStream none = new ByteArrayOutputStream();
            assertThat(streams.getOrDefault(talk.clientPort(), none).toByteArray())
                    .isEqualTo(talk.sentByClient());
            assertThat(streams.getOrDefault(-talk.clientPort(), none).toByteArray())
                    .isEqualTo(talk.sentByServer());
        }
        return numbers;
    }

    private static List<String> experts(String field) {
        return field.isEmpty()
                ? List.of()
                : List.of(field.replaceAll(" port \\d+", " port").split(";"));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
