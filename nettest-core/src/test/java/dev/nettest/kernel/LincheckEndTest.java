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

    @Operation
    public void shutdownOutput() {
        client.lock();
        try {
            client.shutdownOutput();
        } finally {
            client.leave();
        }
    }

    @Operation
    public void closeReader() {
        close(server, Closing.CHANNEL);
    }

    @Operation
    public void closeWriter() {
        close(client, Closing.SOCKET);
    }

    @Operation
    public void reset() {
        close(client, Closing.ABORT);
    }

    @Operation
    public boolean isReadable() {
        return server.isReady(Condition.READABLE, 1);
    }

    @Operation
    public boolean isWritable() {
        return client.isReady(Condition.WRITABLE, 1);
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
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(5)
                .invocationsPerIteration(40)
                .check(LincheckEndTest.class);
    }
}
