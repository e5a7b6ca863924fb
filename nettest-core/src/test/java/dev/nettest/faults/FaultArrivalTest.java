package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fault that is installed or closed acts at once on threads and callbacks that wait already. */
class FaultArrivalTest extends NetworkFixture {
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
    void actsOnABlockedReader() {
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();

        client.faults().read(BOOM);

        assertThat(reader.failure()).hasMessage("boom");
    }

    @Test
    void actsOnABlockedStreamReader() {
        Background<Integer> reader =
                Background.call(() -> client.inputStream().read()).awaitParked();

        network.faults().read(BOOM);

        assertThat(reader.failure()).hasMessage("boom");
    }

    @Test
    void actsOnABlockedWriterThatOwnsTheWrite() throws Exception {
        server.receiveBufferSize(2);
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "abcd")).awaitParked();

        client.faults().write(BOOM);

        assertThat(writer.failure()).hasMessage("boom");
        assertThat(Text.read(server)).isEqualTo("ab");
    }

    @Test
    void actsOnAWriterThatWaitsForTheWriteLock() throws Exception {
        server.receiveBufferSize(2);
        Background<Integer> first =
                Background.call(() -> Text.write(client, "abcd")).awaitParked();
        Background<Integer> second =
                Background.call(() -> Text.write(client, "efgh")).awaitParked();

        client.faults().write(BOOM);

        assertThat(first.failure()).hasMessage("boom");
        assertThat(second.failure()).hasMessage("boom");
    }

    @Test
    void actsOnAWriterInARendezvous() throws Exception {
        server.receiveBufferSize(0);
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "abcd")).awaitParked();

        client.faults().write(BOOM);

        assertThat(writer.failure()).hasMessage("boom");
        assertThat(server.available()).isZero();
    }

    @Test
    void actsOnAnAsynchronousWrite() throws Exception {
        server.receiveBufferSize(2);
        CompletableFuture<Integer> write = client.writeAsync(Text.bytes("abcd")).toCompletableFuture();

        client.faults().write(BOOM);

        assertThatThrownBy(write::join).hasRootCauseMessage("boom");
    }

    @Test
    void actsOnAReadinessCallback() throws Exception {
        AtomicInteger readable = new AtomicInteger();
        AtomicInteger acceptable = new AtomicInteger();
        Listener listener = network.listen();
        client.onReady(Readiness.READABLE, readable::incrementAndGet);
        listener.onReady(Readiness.ACCEPTABLE, acceptable::incrementAndGet);

        network.faults().read(BOOM);
        network.faults().accept(BOOM);

        assertThat(readable).hasValue(1);
        assertThat(acceptable).hasValue(1);
    }

    @Test
    void actsOnAwaitAndWhenMethods() {
        Background<Void> await = Background.run(client::awaitReadable).awaitParked();
        CompletableFuture<Void> stage = client.whenReadable().toCompletableFuture();

        client.faults().read(BOOM);

        await.result();
        assertThat(stage).isCompleted();
    }

    @Test
    void closingTheFaultReleasesABlockedReader() throws Exception {
        Text.write(server, "abc");
        FaultHandle reads = client.faults().read(Fault.stall());
        FaultHandle writes = client.faults().write(Fault.delayed(SECOND));
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "defg")).awaitParked();

        reads.close();
        writes.close();

        assertThat(reader.result()).isEqualTo("abc");
        assertThat(writer.result()).isEqualTo(4);
    }

    @Test
    void aStallEndsReadinessAndItsCloseRestoresIt() throws Exception {
        Text.write(server, "abc");
        assertThat(client.isReadable()).isTrue();

        FaultHandle handle = client.faults().read(Fault.stall());
        assertThat(client.isReadable()).isFalse();
        handle.close();
        assertThat(client.isReadable()).isTrue();
        handle.close();
        assertThat(Text.read(client)).isEqualTo("abc");
    }

    @Test
    void closingAHandleTwiceOrLateHasNoEffect() throws Exception {
        FaultHandle first = client.faults().read(BOOM);
        FaultHandle second = client.faults().read(BOOM);

        first.close();
        first.close();

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
        client.close();
        second.close();
        network.close();
        second.close();
    }

    @Test
    void aHandleShowsItsFaultAndItsFireCount() throws Exception {
        FaultHandle handle;
        Listener listener = network.listen("10.0.0.1:80");
        handle = listener.faults().accept(BOOM.nth(1));

        assertThat(handle.toString())
                .startsWith("accept fault Fault.failWith(...).nth(1) on listener 10.0.0.1:80, declared at"
                        + " FaultArrivalTest.java:")
                .endsWith(", fired 0 times");
        assertThatThrownBy(listener::accept).hasMessage("boom");
        assertThat(handle.toString()).endsWith(", fired 1 times");
    }

    @Test
    void faultsOnAClosedConnectionDoNothing() throws Exception {
        client.close();

        FaultHandle handle = client.faults().read(BOOM);

        assertThatThrownBy(() -> Text.read(client)).isInstanceOf(java.nio.channels.ClosedChannelException.class);
        assertThat(handle.fireCount()).isZero();
    }
}
