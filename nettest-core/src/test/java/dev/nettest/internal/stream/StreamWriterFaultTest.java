package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Operation.Kind;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.LoneScope;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The effects of faults on a write. Each step holds the lock; the verdict on the next write is made after it. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class StreamWriterFaultTest {
    private final ManualTimers timers = new ManualTimers();
    private final TcpTimeouts timeouts = TcpTimeouts.of(timers, 3, 3);
    private final StreamEndpoint client = StreamEndpoint.pair(new SegmentPool(), 4, 4, false);
    private final StreamEndpoint server = client.peer();
    private final StreamWriter writer = client.writer();
    private final LoneScope scope = new LoneScope(timers, Kind.WRITE) {
        @Override
        protected void evaluate(Kind kind, FaultEvaluator evaluator) {
            locked(() -> {
                writer.evaluate(evaluator, timeouts);
                return null;
            });
        }
    };

    private <T> @Nullable T locked(Supplier<@Nullable T> step) {
        client.lock();
        try {
            return step.get();
        } finally {
            client.leave();
        }
    }

    private FaultHandle install(Fault fault) {
        return scope.faults().write(fault);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private int write(String text) {
        return locked(() -> writer.write(bytes(text)));
    }

    private int writeUrgent(String text) {
        return locked(() -> writer.writeUrgent(bytes(text)));
    }

    private int writeAll(ByteBuffer source) {
        return locked(() -> writer.writeAll(source, "owner", true));
    }

    private String read() {
        ByteBuffer target = ByteBuffer.allocate(9);
        int count = locked(() -> server.reader().read(target, -1));
        return count < 0 ? "outcome " + count : new String(target.array(), 0, count, StandardCharsets.ISO_8859_1);
    }

    private void waitToWrite() {
        assertThat(client.enlist(new CallbackWaiter(client, ReadyBits.WRITABLE, 1, true, false, () -> {})))
                .isTrue();
    }

    private @Nullable InstalledFault heldBy() {
        return locked(writer::heldBy);
    }

    private boolean isWritable() {
        return client.isReady(ReadyBits.WRITABLE, 1);
    }

    private static IOException boom() {
        return new IOException("boom");
    }

    @Test
    void aFailureActsOnOneWrite() {
        FaultHandle fault = install(Fault.failWith(boom()).once());
        assertThat(isWritable()).isTrue();

        assertThat(write("a")).isEqualTo(Outcome.FAULT);
        assertThat(writer.acted()).isNotNull();
        assertThat(writer.acted().source()).isSameAs(fault);

        assertThat(write("b")).isEqualTo(1);
        assertThat(writer.acted()).isNull();
        assertThat(read()).isEqualTo("b");
    }

    @Test
    void nothingHasActedWithoutAFault() {
        assertThat(writer.acted()).isNull();
        assertThat(heldBy()).isNull();
    }

    @Test
    void eachWriteCountsOnceHoweverItIsMade() {
        FaultHandle fault = install(Fault.failWith(StreamWriterFaultTest::boom).every(2));

        assertThat(write("a")).isEqualTo(1);
        assertThat(write("b")).isEqualTo(Outcome.FAULT);
        assertThat(writeUrgent("c")).isEqualTo(1);
        assertThat(writeUrgent("d")).isEqualTo(Outcome.FAULT);
        assertThat(writeAll(bytes("e"))).isZero();
        assertThat(writeAll(bytes("f"))).isEqualTo(Outcome.FAULT);
        assertThat(fault.fireCount()).isEqualTo(3);
    }

    @Test
    void aWriteThatMovesNothingDoesNotCount() {
        assertThat(write("full")).isEqualTo(4);
        install(Fault.failWith(StreamWriterFaultTest::boom).every(2));
        assertThat(writeUrgent("x")).isZero();
        assertThat(write("x")).isEqualTo(Outcome.BLOCKED);
        read();

        assertThat(write("a")).isEqualTo(1);
        assertThat(write("b")).isEqualTo(Outcome.FAULT);
    }

    @Test
    void bytesOfOneWriteCountAsTheyMove() {
        install(Fault.failWith(boom()).afterBytes(6));
        ByteBuffer source = bytes("abcdefgh");
        assertThat(writeAll(source)).isEqualTo(Outcome.BLOCKED);
        assertThat(read()).isEqualTo("abcd");

        assertThat(writeAll(source)).isEqualTo(Outcome.BLOCKED);
        assertThat(read()).isEqualTo("ef");

        assertThat(writeAll(source)).isEqualTo(Outcome.FAULT);
    }

    @Test
    void aSlicedWriteContinuesUntilItIsDoneOrTheBufferIsFull() {
        install(Fault.slice(1));

        assertThat(writeAll(bytes("abc"))).isZero();
        assertThat(read()).isEqualTo("abc");
        ByteBuffer source = bytes("abcdef");
        assertThat(writeAll(source)).isEqualTo(Outcome.BLOCKED);
        assertThat(read()).isEqualTo("abcd");
        assertThat(writeAll(source)).isZero();
        assertThat(write("xyz")).as("a channel moves one slice").isEqualTo(1);
    }

    @Test
    void aWriteThatIsCutWaitsForTheNextVerdict() {
        install(Fault.drip(2, Duration.ofNanos(10)));
        ByteBuffer source = bytes("abc");

        assertThat(writeAll(source)).isEqualTo(Outcome.BLOCKED);

        assertThat(source.remaining()).isEqualTo(1);
        assertThat(read()).isEqualTo("ab");
    }

    @Test
    void aResetResetsBothEndpoints() {
        install(Fault.reset().once());

        assertThat(write("a")).isEqualTo(Outcome.RESET_BY_PEER);

        assertThat(server.isReset()).isTrue();
        assertThat(write("b")).as("the error is taken").isEqualTo(Outcome.BROKEN_PIPE);
    }

    @Test
    void aHalfCloseSendsFinInsteadOfTheBytes() {
        install(Fault.halfClose());

        assertThat(write("a")).isEqualTo(Outcome.OUTPUT_SHUTDOWN);

        assertThat(read()).isEqualTo("outcome " + Outcome.END_OF_STREAM);
        assertThat(locked(() -> writer.writeAll(bytes("b"), "owner", false))).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
    }

    @Test
    void aSilenceTakesTheBytesAndLosesThem() {
        install(Fault.silence().once());

        assertThat(write("a")).isEqualTo(1);
        assertThat(write("b")).isEqualTo(1);

        assertThat(read()).isEqualTo("outcome " + Outcome.BLOCKED);
    }

    @Test
    void aCorruptionInvertsOneBitOfTheBytesThatMoved() {
        install(Fault.corrupt());
        int first = 0;
        int second = 0;
        for (int i = 0; i < 200; i++) {
            assertThat(write("\0\0")).isEqualTo(2);
            String read = read();
            assertThat(Integer.bitCount(read.charAt(0)) + Integer.bitCount(read.charAt(1)))
                    .isEqualTo(1);
            first |= read.charAt(0);
            second |= read.charAt(1);
        }

        assertThat(first).isEqualTo(0xFF);
        assertThat(second).isEqualTo(0xFF);
    }

    @Test
    void nothingIsCorruptedIfNothingMoves() {
        assertThat(write("full")).isEqualTo(4);
        install(Fault.corrupt());

        assertThat(write("x")).isEqualTo(Outcome.BLOCKED);

        assertThat(read()).isEqualTo("full");
    }

    // ---- stalls

    @Test
    void aStallActsOnAnAttempt() {
        FaultHandle stall = install(Fault.stall());
        assertThat(isWritable()).isFalse();
        assertThat(stall.fireCount()).isZero();

        assertThat(write("a")).isEqualTo(Outcome.BLOCKED);

        assertThat(stall.fireCount()).isEqualTo(1);
        assertThat(heldBy()).as("an attempt does not wait").isNull();
        stall.close();
        assertThat(write("a")).isEqualTo(1);
    }

    @Test
    void aStallActsOnAWaitingWriteThatCouldProceed() {
        assertThat(write("full")).isEqualTo(4);
        FaultHandle stall = install(Fault.stall());
        waitToWrite();
        assertThat(stall.fireCount()).as("the buffer is full").isZero();
        assertThat(client.isReady(ReadyBits.WRITE_BLOCKED, 1)).isTrue();

        read();

        assertThat(stall.fireCount()).isEqualTo(1);
        assertThat(heldBy()).isSameAs(stall);
    }

    @Test
    void aStallDoesNotActWithoutAWrite() {
        FaultHandle stall = install(Fault.stall());

        locked(() -> null);

        assertThat(stall.fireCount()).isZero();
    }

    @Test
    void anRstEndsAStall() {
        FaultHandle stall = install(Fault.stall());
        locked(() -> {
            server.abort();
            return null;
        });

        assertThat(isWritable()).isTrue();
        assertThat(write("a")).isEqualTo(Outcome.RESET_BY_PEER);
        assertThat(stall.fireCount()).as("it did not act").isZero();
    }

    @Test
    void theCloseOfThePeerEndsAStall() {
        install(Fault.stall());
        locked(() -> {
            server.writer().shutdown();
            return null;
        });
        assertThat(isWritable()).as("a half close").isFalse();
        locked(() -> {
            server.close();
            return null;
        });

        assertThat(isWritable()).isTrue();
        assertThat(write("a")).isEqualTo(1);
    }

    @Test
    void aDelayIsNotEndedByThePeer() {
        install(Fault.delayed(Duration.ofNanos(10)));
        locked(() -> {
            server.abort();
            return null;
        });

        assertThat(isWritable()).isFalse();
        assertThat(write("a")).isEqualTo(Outcome.BLOCKED);
        timers.now = 10;
        timers.all.get(timers.all.size() - 1).action.run();
        assertThat(write("a")).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void aDelayStartsIfTheWriteCouldProceed() {
        assertThat(write("full")).isEqualTo(4);
        install(Fault.delayed(Duration.ofNanos(10)));
        assertThat(timers.running()).isEmpty();

        read();

        assertThat(timers.running()).containsExactly(10L);
    }

    @Test
    void theDelayOfAFailureStartsAtOnce() {
        assertThat(write("full")).isEqualTo(4);
        install(Fault.delayed(Duration.ofNanos(10)));
        install(Fault.failWith(boom()));

        assertThat(timers.running()).containsExactly(10L);
    }

    @Test
    void aFaultComesBehindTheShutdownOfTheOutput() {
        install(Fault.failWith(boom()));
        locked(() -> {
            writer.shutdown();
            return null;
        });

        assertThat(locked(() -> writer.writeAll(bytes("a"), "owner", false))).isEqualTo(Outcome.OUTPUT_SHUTDOWN);
    }
}
