package dev.nettest.kernel;

import dev.nettest.kernel.End.Closing;
import java.nio.ByteBuffer;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Whatever threads do to the two ends of a connection at once has come out as if they had done it one after the other. */
@Param(name = "value", gen = IntGen.class, conf = "1:3")
@Param(name = "way", gen = IntGen.class, conf = "0:3")
public class LincheckEndTest {
    private final End client = End.pair(new SegmentPool(), 2, 2);
    private final End server = client.peer();

    @Operation
    public int write(@Param(name = "value") int value) {
        client.lock();
        try {
            return client.write(ByteBuffer.wrap(new byte[] {(byte) value}));
        } finally {
            client.leave();
        }
    }

    @Operation
    public int read() {
        ByteBuffer target = ByteBuffer.allocate(1);
        server.lock();
        try {
            int outcome = server.read(target, -1);
            return outcome == 1 ? target.get(0) : outcome;
        } finally {
            server.leave();
        }
    }

    /** One operation for all ways to end, so that scenarios are mostly of bytes that move. */
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
            client.shutdownOutput();
        } finally {
            client.leave();
        }
    }

    private static void close(End end, Closing closing) {
        end.lock();
        try {
            if (!end.isClosed()) {
                end.announceClose(closing, end.close());
            }
        } finally {
            end.leave();
        }
    }

    @Test
    void holdsUnderEverySchedule() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(2)
                .actorsAfter(1)
                .iterations(7)
                .invocationsPerIteration(50)
                .check(LincheckEndTest.class);
    }
}
