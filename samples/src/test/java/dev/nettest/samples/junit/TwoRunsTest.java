package dev.nettest.samples.junit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceDiff;
import dev.nettest.TraceLevel;
import dev.nettest.trace.MermaidDiagram;
import dev.nettest.trace.PerfettoTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoRunsTest {

    // snippet: trace-diff
    private static Trace query(String... writes) throws IOException {
        NetworkConfig config = NetworkConfig.builder().trace(TraceLevel.ALL).build();
        try (Network network = Network.create(config)) {
            ConnectionPair pair = network.pair();
            try (Connection client = pair.client();
                    Connection server = pair.server()) {
                for (String text : writes) {
                    client.outputStream().write(text.getBytes(US_ASCII));
                }
                server.inputStream().readNBytes(String.join("", writes).length());
            }
            return network.trace();
        }
    }

    @Test
    void onlyTheBytesCount() throws IOException {
        Trace before = query("SELECT ", "id=41");

        assertThat(TraceDiff.between(before, query("SELECT id=41"))).hasToString("no difference");
        assertThat(TraceDiff.between(before, query("SELECT id=42")).toString())
                .contains("\"SELECT id=41\"  hex 53 45 4c 45 43 54 20 69 64 3d 34 [31]")
                .contains("\"SELECT id=42\"  hex 53 45 4c 45 43 54 20 69 64 3d 34 [32]");
    }
    // end snippet

    @Test
    void aTraceIsExported(@TempDir Path directory) throws IOException {
        Trace trace = query("PING");
        // snippet: trace-exports
        Files.writeString(directory.resolve("ping.mmd"), MermaidDiagram.of(trace)); // at most 60 rows
        PerfettoTrace.write(trace, directory.resolve("ping.json"));
        // end snippet
        assertThat(directory.resolve("ping.mmd")).content().startsWith("sequenceDiagram\n");
        assertThat(directory.resolve("ping.json")).content().contains("\"traceEvents\":[");
    }
}
