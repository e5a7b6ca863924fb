package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The oracle: {@link java.nio.channels.SocketChannel} on the kernel's loopback. */
class LoopbackChannelContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return Loopback.channels();
    }

    /** The JDK makes the channel non-blocking for a virtual thread, and writes only what fits. */
    @Test
    void aWriteOfAVirtualThreadDoesNotWaitToWriteAll() throws IOException {
        Assumptions.assumeTrue(Task.virtualThreadsExist(), "virtual threads come with JDK 21");
        try (StreamBackend backend = open()) {
            Pair pair = backend.pair();
            Task writer =
                    Task.startVirtual(backend, "writer", () -> pair.client().write(new byte[backend.moreThanFits()]));
            assertThat(Integer.parseInt(writer.outcome())).isBetween(1, backend.moreThanFits() - 1);
        }
    }
}
