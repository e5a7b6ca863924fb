package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Readiness;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults act on readiness: a caller that checks readiness first meets them like a blocked thread. */
class FaultReadinessTest extends NetworkFixture {
    private static final Fault BOOM = Fault.failWith(() -> new IOException("boom"));

    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @Test
    void failResetAndEndOfStreamAreReadableAtOnce() throws Exception {
        for (Fault fault : List.of(BOOM, Fault.reset(), Fault.endOfStream(), Fault.timeout(), Fault.unreachable())) {
            Connection end = end();
            assertThat(end.isReadable()).isFalse();
            end.faults().read(fault);
            assertThat(end.isReadable()).as("%s", fault).isTrue();
        }
    }

    @Test
    void failAndResetAreWritableAtOnceWithoutFreeSpace() throws Exception {
        for (Fault fault : List.of(BOOM, Fault.reset(), Fault.timeout())) {
            ConnectionPair full = pair(1);
            Text.write(full.client(), "x");
            assertThat(full.client().isWritable()).isFalse();
            full.client().faults().write(fault);
            assertThat(full.client().isWritable()).as("%s", fault).isTrue();
        }
    }

    @Test
    void sliceAndCorruptDoNotChangeReadiness() throws Exception {
        client.faults().read(Fault.slice(1));
        client.faults().read(Fault.corrupt());
        assertThat(client.isReadable()).isFalse();

        Text.write(server, "x");

        assertThat(client.isReadable()).isTrue();
    }

    @Test
    void aReadinessCheckConsumesNothing() throws Exception {
        client.faults().read(BOOM.nth(1));
        for (int i = 0; i < 10; i++) {
            assertThat(client.isReadable()).isTrue();
            client.awaitReadable();
        }

        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(client.isReadable()).isFalse();
    }

    @Test
    void theNextVerdictIsReadyWhenAnOperationReturns() throws Exception {
        client.faults().read(BOOM.nth(2));
        Text.write(server, "a");
        assertThat(Text.read(client)).isEqualTo("a");

        assertThat(client.isReadable()).isTrue();
        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
        assertThat(client.isReadable()).isFalse();
    }

    @Test
    void aDelayedReadBecomesReadyForAllWaiters() throws Exception {
        List<String> called = new ArrayList<>();
        client.faults().read(Fault.delayed(SECOND));
        client.onReady(Readiness.READABLE, () -> called.add("callback at " + clock));
        Background<Void> await = Background.run(client::awaitReadable).awaitParked();
        Text.write(server, "abc");

        clock.advanceTimeBy(SECOND.multipliedBy(2));

        await.result();
        assertThat(called).containsExactly("callback at virtual clock at 1 s");
        assertThat(Text.read(client)).isEqualTo("abc");
    }

    @Test
    void aDelayedWriteBecomesReadyForAllWaiters() throws Exception {
        List<String> called = new ArrayList<>();
        client.faults().write(Fault.delayed(SECOND));
        client.onReady(Readiness.WRITABLE, () -> called.add("callback at " + clock));

        clock.advanceTimeBy(SECOND.multipliedBy(2));

        assertThat(called).containsExactly("callback at virtual clock at 1 s");
        assertThat(Text.tryWrite(client, "abc")).isEqualTo(3);
        assertThat(Text.tryWrite(client, "abc")).isZero();
    }

    @Test
    void aStallFiresWhenItBlocksAnAttempt() throws Exception {
        FaultHandle handle = client.faults().read(Fault.stall());
        Text.write(server, "abc");
        assertThat(handle.fireCount()).isZero();

        Text.tryRead(client);
        Text.tryRead(client);

        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aStallFiresWhenItBlocksAWaitingReader() throws Exception {
        Background<String> reader =
                Background.call(network, () -> Text.read(client)).awaitParked();
        FaultHandle handle = client.faults().read(Fault.stall());
        assertThat(handle.fireCount()).isZero();

        Text.write(server, "abc");

        assertThat(handle.fireCount()).isEqualTo(1);
        reader.assertWaits();
    }

    @Test
    void aStallFiresWhenItBlocksACallback() throws Exception {
        client.onReady(Readiness.READABLE, () -> {});
        FaultHandle handle = client.faults().read(Fault.stall());

        Text.write(server, "abc");

        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aStallDoesNotFireForAReadinessCheck() throws Exception {
        client.whenReadable();
        FaultHandle handle = client.faults().read(Fault.stall());

        Text.write(server, "abc");

        assertThat(handle.fireCount()).isZero();
    }

    @Test
    void afterBufferedReadsBytesEndOfStreamAndResetFirst() throws Exception {
        FaultHandle handle = client.faults().read(BOOM.afterBuffered());
        Text.write(server, "abc");
        assertThat(Text.read(client, 2)).isEqualTo("ab");
        assertThat(Text.read(client, 2)).isEqualTo("c");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        server.close();

        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void afterBufferedReportsThePendingErrorFirst() throws Exception {
        client.faults().read(BOOM.afterBuffered());
        server.reset();

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void afterBufferedWithOnceWaitsForAnEmptyBuffer() throws Exception {
        Text.write(server, "abc");
        client.faults().read(BOOM.afterBuffered().once());

        assertThat(Text.read(client, 1)).isEqualTo("a");
        assertThat(Text.read(client)).isEqualTo("bc");
        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
        assertThat(Text.tryRead(client)).isEmpty();
    }

    @Test
    void withoutAfterBufferedTheFaultActsFirst() throws Exception {
        Text.write(server, "abc");
        server.close();
        client.faults().read(BOOM.once());

        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(Text.readAll(client)).isEqualTo("abc");
    }

    @Test
    void severalBytesAreAwaitedUnderAFaultToo() throws Exception {
        client.faults().read(BOOM);
        Text.write(server, "12345");

        client.awaitReadable(5, Duration.ZERO);
        assertThatThrownBy(() -> client.awaitReadable(6, Duration.ZERO)).hasMessageContaining("6 bytes");
    }

    @Test
    void severalBytesAreAwaitedBeforeAFaultAfterThem() throws Exception {
        client.faults().read(BOOM.afterBuffered());
        assertThat(client.isReadable()).isTrue();
        assertThatThrownBy(() -> client.awaitReadable(2, Duration.ZERO)).hasMessageContaining("2 bytes");
        Text.write(server, "12345");

        client.awaitReadable(5, Duration.ZERO);
        assertThat(client.isReadable()).isTrue();
        assertThatThrownBy(() -> client.awaitReadable(6, Duration.ZERO)).hasMessageContaining("6 bytes");
        assertThat(Text.read(client)).isEqualTo("12345");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void aStallAfterTheBytesIsNotReady() throws Exception {
        client.faults().read(Fault.stall());
        Text.write(server, "12345");

        assertThat(client.isReadable()).isFalse();
        assertThatThrownBy(() -> client.awaitReadable(5, Duration.ZERO)).hasMessageContaining("5 bytes");
    }

    @Test
    void severalBytesNeverComeAfterAFaultThatEndsTheStream() throws Exception {
        client.faults().read(Fault.endOfStream());
        Text.write(server, "12345");
        assertThat(Text.read(client)).isEqualTo(Text.END);

        client.awaitReadable(1, Duration.ZERO);
        client.awaitEndOfStream(Duration.ZERO);
        assertThatThrownBy(() -> client.awaitReadable(5)).hasMessageContaining("can no longer come about");
    }

    @Test
    void aStallFiresOnceThereIsSpaceForABlockedWriter() throws Exception {
        server.receiveBufferSize(2);
        Background<Void> writer =
                Background.run(() -> Text.write(client, "abcd")).awaitParked();
        FaultHandle stall = client.faults().write(Fault.stall());
        assertThat(stall.fireCount()).isZero();

        assertThat(Text.read(server)).isEqualTo("ab");
        assertThat(stall.fireCount()).isEqualTo(1);

        stall.close();
        writer.result();
        assertThat(Text.read(server)).isEqualTo("cd");
    }

    @Test
    void aStallDoesNotFireForAnObserver() throws Exception {
        FaultHandle write = client.faults().write(Fault.stall());
        FaultHandle read = client.faults().read(Fault.stall());
        Text.write(server, "x");
        client.onReady(Readiness.WRITABLE, () -> {});
        Background<Void> writable =
                Background.run(() -> client.awaitWritable(SECOND)).awaitParked();
        Background<Void> readable =
                Background.run(() -> client.awaitReadable(SECOND)).awaitParked();
        Text.write(server, "y");

        assertThat(read.fireCount()).isZero();
        clock.advanceTimeBy(SECOND);
        writable.failure();
        readable.failure();
        assertThat(read.fireCount()).isZero();
        write.close();
    }

    @Test
    void aWriteThatMovesNothingFiresNothing() throws Exception {
        server.receiveBufferSize(4);
        Text.write(client, "full");
        FaultHandle slice = client.faults().write(Fault.slice(1));
        FaultHandle corrupt = client.faults().write(Fault.corrupt());

        assertThat(Text.tryWrite(client, "x")).isZero();
        Background<Void> writer = Background.run(() -> Text.write(client, "y")).awaitParked();
        assertThat(slice.fireCount()).isZero();
        assertThat(corrupt.fireCount()).isZero();

        Text.read(server);
        writer.result();
        assertThat(slice.fireCount()).isEqualTo(1);
        assertThat(corrupt.fireCount()).isEqualTo(1);
    }
}
