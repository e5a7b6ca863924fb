package dev.nettest.internal.stream;

import dev.nettest.internal.stream.StreamEndpoint.Closing;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent operations on the two endpoints of a connection are linearizable. */
@Param(name = "value", gen = IntGen.class, conf = "1:3")
@Param(name = "way", gen = IntGen.class, conf = "0:3")
public class LincheckStreamEndpointTest {
    private final StreamEndpoint client = StreamEndpoint.pair(new SegmentPool(), 2, 2, false);
    private final StreamEndpoint server = client.peer();

    @Operation
    public int write(@Param(name = "value") int value) {
        client.lock();
        try {
            return client.writer().write(ByteBuffer.wrap(new byte[] {(byte) value}));
        } finally {
            client.leave();
        }
    }

    @Operation
    public int read() {
        ByteBuffer target = ByteBuffer.allocate(1);
        server.lock();
        try {
            int outcome = server.reader().read(target, -1);
            return outcome == 1 ? target.get(0) : outcome;
        } finally {
            server.leave();
        }
    }

    /** One operation for all ways to close, so that most steps of a scenario move bytes. */
    @Operation
    public void finish(@Param(name = "way") int way) {
        switch (way) {
            case 0 -> shutdownOutput();
            case 1 -> close(server, Closing.CHANNEL);
            case 2 -> close(client, Closing.SOCKET);
            default -> close(client, Closing.ABORT);
        }
    }

    private void shutdownOutput() {
        client.lock();
        try {
            client.writer().shutdown();
        } finally {
            client.leave();
        }
    }

    private static void close(StreamEndpoint endpoint, Closing closing) {
        endpoint.lock();
        try {
            if (!endpoint.isClosed()) {
                endpoint.sendClose(closing, endpoint.close());
            }
        } finally {
            endpoint.leave();
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // thousands of schedules
    void isLinearizable() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(2)
                .actorsAfter(1)
                .iterations(7)
                .invocationsPerIteration(50)
                .check(LincheckStreamEndpointTest.class);
    }
}
