package dev.nettest.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.Network;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The failure of a test names the page with its trace. */
class TracePagesTest {
    private static final String PREFIX = "the trace of this test: ";

    @NetworkTest(seed = 42)
    static class Fails {
        @Test
        void reads(Network network) throws IOException {
            network.faults().read(Fault.reset());
            network.pair().client().read(ByteBuffer.allocate(1));
        }

        @Test
        void passes(Network network) {
            assertThat(network.hosts()).isEmpty();
        }
    }

    @Test
    void theFailureNamesItsPage() throws IOException {
        Throwable failure = Runs.failures(Fails.class).get(0);

        List<String> notes = Stream.of(failure.getSuppressed())
                .map(Throwable::getMessage)
                .filter(text -> text.startsWith(PREFIX))
                .toList();
        assertThat(notes).hasSize(1);
        String page = Files.readString(Path.of(URI.create(notes.get(0).substring(PREFIX.length()))));
        assertThat(page)
                .contains("java.net.SocketException: Connection reset")
                .contains("mvn test -Dtest=dev.nettest.junit.TracePagesTest$Fails#reads -Dnettest.seed=42")
                .contains("fault: read reset()");
    }
}
