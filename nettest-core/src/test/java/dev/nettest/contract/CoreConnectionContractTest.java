package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@link dev.nettest.Connection} behaves like a blocking channel. */
class CoreConnectionContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return CoreBackend.connections();
    }

    /** A JDK channel, which is non-blocking then, writes only what fits. */
    @Test
    void aWriteOfAVirtualThreadWritesAll() throws IOException {
        Assumptions.assumeTrue(Task.virtualThreadsExist(), "virtual threads come with JDK 21");
        try (StreamBackend backend = open()) {
            Pair pair = backend.pair();
            int much = backend.moreThanFits();
            Task writer =
                    Task.startVirtual(backend, "writer", () -> pair.client().write(new byte[much]));
            writer.awaitBlocked();
            pair.server().readFully(much);
            assertThat(writer.outcome()).isEqualTo(String.valueOf(much));
        }
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreConnectionContractTest.this.open();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreConnectionContractTest.this.open();
        }
    }
}
