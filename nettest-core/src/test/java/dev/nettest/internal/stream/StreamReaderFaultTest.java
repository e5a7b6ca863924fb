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

/** The effects of faults on a read and on what an endpoint can read. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class StreamReaderFaultTest {
    private static final String END = "outcome " + Outcome.END_OF_STREAM;
    private static final String BLOCKED = "outcome " + Outcome.BLOCKED;
    private static final String FAULT = "outcome " + Outcome.FAULT;

    private final ManualTimers timers = new ManualTimers();
    private final StreamEndpoint client = StreamEndpoint.pair(new SegmentPool(), 8, 8, false);
    private final StreamEndpoint server = client.peer();
    private final StreamReader reader = client.reader();
    private final LoneScope scope = new LoneScope(timers, Kind.READ) {
        @Override
        protected void evaluate(Kind kind, FaultEvaluator evaluator) {
            locked(() -> {
                reader.evaluate(evaluator, timers);
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

    private void run(Runnable step) {
        locked(() -> {
            step.run();
            return null;
        });
    }

    private FaultHandle install(Fault fault) {
        return scope.faults().read(fault);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void send(String text) {
        assertThat(locked(() -> server.writer().write(bytes(text)))).isEqualTo(text.length());
    }

    private void sendEnd() {
        run(() -> server.writer().shutdown());
    }

    private String read() {
        ByteBuffer target = ByteBuffer.allocate(9);
        int count = locked(() -> reader.read(target, -1));
        return count < 0 ? "outcome " + count : new String(target.array(), 0, count, StandardCharsets.ISO_8859_1);
    }

    private void waitToRead() {
        assertThat(client.enlist(new CallbackWaiter(client, ReadyBits.READABLE, 1, true, false, () -> {})))
                .isTrue();
    }

    private @Nullable InstalledFault heldBy() {
        return locked(reader::heldBy);
    }

    private boolean isReadable(int amount) {
        return client.isReady(ReadyBits.READABLE, amount);
    }

    private boolean isAtEnd() {
        return client.isReady(ReadyBits.END_OF_STREAM, 1);
    }

    private static IOException boom() {
        return new IOException("boom");
    }

    // ---- without a fault

    @Test
    void withoutAFaultBytesAndTheEndAreReadable() {
        assertThat(isReadable(1)).isFalse();
        assertThat(isReadable(0)).isFalse();
        send("abc");
        assertThat(isReadable(3)).isTrue();
        assertThat(isReadable(4)).isFalse();
        sendEnd();
        assertThat(isAtEnd()).isFalse();
        assertThat(isReadable(4)).isFalse();

        assertThat(read()).isEqualTo("abc");
        assertThat(isAtEnd()).isTrue();
        assertThat(isReadable(1)).isTrue();
        assertThat(isReadable(2)).isFalse();
        assertThat(read()).isEqualTo(END);
        assertThat(reader.acted()).isNull();
        assertThat(heldBy()).isNull();
    }

    @Test
    void aShutDownInputIsReadableAndAClosedOneCompletely() {
        assertThat(reader.isShutdown()).isFalse();
        run(reader::shutdown);
        assertThat(reader.isShutdown()).isTrue();
        assertThat(isReadable(1)).isTrue();
        assertThat(isReadable(2)).isFalse();
        assertThat(isAtEnd()).isFalse();

        run(client::close);

        assertThat(isReadable(2)).isTrue();
        assertThat(isAtEnd()).isFalse();
    }

    @Test
    void aReportedResetIsNoEnd() {
        sendEnd();
        assertThat(reader.isResetReported()).isFalse();
        assertThat(isAtEnd()).isTrue();

        run(reader::resetReported);

        assertThat(reader.isResetReported()).isTrue();
        assertThat(isAtEnd()).isFalse();
    }

    @Test
    void bytesThatArePutBackAreReadAgain() {
        send("abc");
        assertThat(reader.queued()).isEqualTo(3);
        assertThat(reader.neverRead()).isEqualTo(3);
        assertThat(reader.available()).isEqualTo(3);
        assertThat(read()).isEqualTo("abc");

        run(() -> reader.unread(bytes("")));
        run(() -> reader.unread(bytes("bc")));

        assertThat(reader.queued()).isEqualTo(2);
        assertThat(reader.neverRead()).isZero();
        assertThat(read()).isEqualTo("bc");
    }

    // ---- failures

    @Test
    void aFailureActsOnOneRead() {
        FaultHandle fault = install(Fault.failWith(boom()).once());
        assertThat(isReadable(1)).isTrue();
        assertThat(isReadable(2)).isFalse();
        send("ab");
        assertThat(isReadable(2)).isTrue();
        assertThat(isAtEnd()).isFalse();

        assertThat(read()).isEqualTo(FAULT);
        assertThat(reader.acted()).isNotNull();
        assertThat(reader.acted().source()).isSameAs(fault);

        assertThat(read()).isEqualTo("ab");
        assertThat(reader.acted()).isNull();
        assertThat(fault.fireCount()).isEqualTo(1);
    }

    @Test
    void aFailureAfterBufferedBytesComesLast() {
        install(Fault.failWith(boom()).afterBuffered().once());
        send("ab");
        assertThat(isReadable(2)).isTrue();
        assertThat(isReadable(3)).isFalse();

        assertThat(read()).isEqualTo("ab");
        assertThat(isReadable(1)).isTrue();
        assertThat(isReadable(2)).isFalse();
        assertThat(read()).isEqualTo(FAULT);
        assertThat(read()).isEqualTo(BLOCKED);
    }

    @Test
    void anEndIsRepeatedAndHidesBytes() {
        install(Fault.endOfStream().once());
        send("ab");
        assertThat(isAtEnd()).isTrue();

        assertThat(read()).isEqualTo(END);

        assertThat(isAtEnd()).isTrue();
        assertThat(isReadable(1)).isTrue();
        assertThat(isReadable(2)).isFalse();
        assertThat(read()).isEqualTo(END);
        run(client::close);
        assertThat(isAtEnd()).isTrue();
    }

    @Test
    void anEndAfterBufferedBytesIsNoEndBeforeThem() {
        install(Fault.endOfStream().afterBuffered());
        send("ab");
        assertThat(isAtEnd()).isFalse();

        assertThat(read()).isEqualTo("ab");

        assertThat(isAtEnd()).isTrue();
        assertThat(read()).isEqualTo(END);
    }

    @Test
    void aFailureIsNoEndEvenAtTheEnd() {
        install(Fault.failWith(StreamReaderFaultTest::boom));
        sendEnd();

        assertThat(isAtEnd()).isFalse();
    }

    @Test
    void aResetResetsBothEndpoints() {
        install(Fault.reset().once());

        assertThat(read()).isEqualTo("outcome " + Outcome.RESET);

        assertThat(server.isReset()).isTrue();
        assertThat(client.isReset()).isTrue();
    }

    @Test
    void eachReadThatTakesBytesCounts() {
        install(Fault.failWith(StreamReaderFaultTest::boom).every(2));
        assertThat(read()).isEqualTo(BLOCKED);
        assertThat(read()).isEqualTo(BLOCKED);
        send("a");
        assertThat(read()).isEqualTo("a");
        assertThat(read()).isEqualTo(FAULT);
    }

    @Test
    void bytesPutBackDoNotCount() {
        install(Fault.failWith(boom()).afterBytes(4));
        send("abc");
        assertThat(read()).isEqualTo("abc");
        run(() -> reader.unread(bytes("bc")));

        assertThat(read()).isEqualTo("bc");
        send("defg");
        assertThat(read()).isEqualTo("d");
        assertThat(read()).isEqualTo(FAULT);
    }

    @Test
    void theEndOfTheStreamCountsAsARead() {
        install(Fault.failWith(boom()).nth(2));
        sendEnd();

        assertThat(read()).isEqualTo(END);
        assertThat(read()).isEqualTo(FAULT);
    }

    // ---- stalls and delays

    @Test
    void aStallHoldsBytes() {
        FaultHandle stall = install(Fault.stall());
        send("ab");
        assertThat(isReadable(1)).isFalse();
        assertThat(heldBy()).as("no read waits").isNull();
        assertThat(read()).isEqualTo(BLOCKED);

        waitToRead();

        assertThat(heldBy()).isSameAs(stall);
        assertThat(stall.fireCount()).isEqualTo(1);
        assertThat(isAtEnd()).isFalse();
    }

    @Test
    void aStallCountsForAReadThatWaitsOnceItHoldsSomething() {
        FaultHandle stall = install(Fault.stall());
        waitToRead();
        assertThat(stall.fireCount()).isZero();

        send("ab");

        assertThat(stall.fireCount()).isEqualTo(1);
    }

    @Test
    void aStallDoesNotCountWithoutARead() {
        FaultHandle stall = install(Fault.stall());

        send("ab");

        assertThat(stall.fireCount()).isZero();
    }

    @Test
    void anEndWithoutBytesEndsAStall() {
        install(Fault.stall());
        assertThat(read()).isEqualTo(BLOCKED);
        assertThat(isAtEnd()).isFalse();

        sendEnd();

        assertThat(isReadable(1)).isTrue();
        assertThat(isAtEnd()).isTrue();
        assertThat(read()).isEqualTo(END);
    }

    @Test
    void anEndBehindStalledBytesDoesNot() {
        install(Fault.stall());
        send("ab");

        sendEnd();

        assertThat(isReadable(1)).isFalse();
        assertThat(isAtEnd()).isFalse();
        assertThat(read()).isEqualTo(BLOCKED);
    }

    @Test
    void aResetEndsAStall() {
        install(Fault.stall());
        send("ab");
        assertThat(isReadable(1)).isFalse();

        run(server::abort);

        assertThat(isReadable(1)).isTrue();
        assertThat(read()).isNotEqualTo(BLOCKED);
    }

    @Test
    void aDelayRunsFromTheFirstByte() {
        FaultHandle delay = install(Fault.delayed(Duration.ofNanos(10)).once());
        waitToRead();
        assertThat(heldBy()).isNull();
        send("ab");
        assertThat(heldBy()).isSameAs(delay);
        assertThat(isReadable(1)).isFalse();
        assertThat(read()).isEqualTo(BLOCKED);

        timers.now = 10;
        timers.all.forEach(timer -> timer.action.run());

        assertThat(isReadable(1)).isTrue();
        assertThat(read()).isEqualTo("ab");
    }

    /** The failure needs no byte, so the delay before it runs at once. */
    @Test
    void aDelayOfAFailureRunsWithoutBytes() {
        FaultHandle delay = install(Fault.delayed(Duration.ofNanos(10)));
        install(Fault.failWith(StreamReaderFaultTest::boom));

        waitToRead();

        assertThat(heldBy()).isSameAs(delay);
    }

    @Test
    void aDelayOfAFailureAfterBufferedBytesWaitsForThem() {
        install(Fault.delayed(Duration.ofNanos(10)));
        install(Fault.failWith(StreamReaderFaultTest::boom).afterBuffered());

        waitToRead();

        assertThat(heldBy()).isNull();
    }

    // ---- bytes

    @Test
    void aSliceLimitsARead() {
        install(Fault.slice(2));
        send("abc");

        assertThat(read()).isEqualTo("ab");
        assertThat(read()).isEqualTo("c");
    }

    @Test
    void aCorruptionInvertsOneBitOfTheBytesThatWereRead() {
        install(Fault.corrupt());
        int first = 0;
        int second = 0;
        for (int i = 0; i < 200; i++) {
            send("\0\0");
            String read = read();
            assertThat(read).hasSize(2);
            assertThat(Integer.bitCount(read.charAt(0)) + Integer.bitCount(read.charAt(1)))
                    .isEqualTo(1);
            first |= read.charAt(0);
            second |= read.charAt(1);
        }

        assertThat(first).isEqualTo(0xFF);
        assertThat(second).isEqualTo(0xFF);
    }
}
