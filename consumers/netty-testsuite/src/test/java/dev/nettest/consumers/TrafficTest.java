package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs after the suite: the traffic of its processes was in memory, and there was as much of it as expected. */
class TrafficTest {

    private static final Path TARGET = Path.of(System.getProperty("nettest.counts"));

    /**
     * The classes whose native methods make all sockets of the JDK. An instance or a static call initializes a class,
     * and the JVM logs each class that it initializes.
     */
    private static final Pattern SOCKET_MAKERS =
            Pattern.compile("'(sun/nio/ch/Net|sun/nio/ch/UnixDomainSockets|java/net/PlainSocketImpl)'");

    /** Without this line in a log, the log does not show initialized classes at all. */
    private static final String OURS = "'dev/nettest/consumers/MemoryProvider'";

    @Test
    void noProcessMadeASocketOfTheOperatingSystem() throws IOException {
        List<Path> logs = files("jvm-*.classes");

        assertEquals(2, logs.size(), "processes of the suite");
        for (Path log : logs) {
            String classes = Files.readString(log);
            assertTrue(classes.contains(OURS), () -> log + " lacks " + OURS);
            assertEquals(List.of(), socketMakers(classes), log::toString);
        }
    }

    private static List<String> socketMakers(String classes) {
        return SOCKET_MAKERS
                .matcher(classes)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** Each limit is below the count of either version of Netty. */
    @ParameterizedTest
    @CsvSource({
        "SELECTORS, 20",
        "STREAM_CHANNELS, 300",
        "SERVER_CHANNELS, 300",
        "DATAGRAM_CHANNELS, 1000",
        "SOCKETS, 3",
        "SERVER_SOCKETS, 10",
        "DATAGRAM_SOCKETS, 10",
        "CONNECTS, 300"
    })
    void theNetworkCarriedTheTraffic(String kind, long least) throws IOException {
        long count = 0;
        for (Path file : files("jvm-*.properties")) {
            Properties counts = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                counts.load(reader);
            }
            count += Long.parseLong(counts.getProperty(kind));
        }

        assertTrue(count >= least, kind + ": " + count);
    }

    private static List<Path> files(String glob) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> matching = Files.newDirectoryStream(TARGET, glob)) {
            matching.forEach(files::add);
        }
        return files;
    }
}
