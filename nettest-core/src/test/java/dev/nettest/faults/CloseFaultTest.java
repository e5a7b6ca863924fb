package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each effect on a close. */
class CloseFaultTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @Test
    void aFailedCloseClosesTheConnection() throws Exception {
        IOException declared = new IOException("the very one");
        FaultHandle handle = client.faults().close(Fault.failWith(declared));

        assertThatThrownBy(client::close).isSameAs(declared);
        assertThat(client.isClosed()).isTrue();
        assertThat(Text.read(server)).isEqualTo(Text.END);
        client.close();
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void closingAStreamThrowsToo() {
        client.faults().close(Fault.failWith(new IOException("boom")));

        assertThatThrownBy(() -> client.outputStream().close()).hasMessage("boom");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void resetSendsAnRstInsteadOfFin() throws Exception {
        Text.write(client, "before");
        client.faults().close(Fault.reset());

        client.close();

        assertThat(Text.read(server)).isEqualTo("before");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void delayReturnsAtOnceAndSendsTheFinLater() throws Exception {
        client.faults().close(Fault.delayed(SECOND));

        client.close();

        assertThat(client.isClosed()).isTrue();
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));
        assertThat(Text.read(server)).isEqualTo(Text.END);
    }

    @Test
    void onAListenerItActsOnAcceptedEnds() throws Exception {
        Listener listener = network.listen();
        FaultHandle handle = listener.faults().close(Fault.failWith(() -> new IOException("boom")));
        Connection dialled = listener.connect();
        Connection accepted = listener.accept();

        dialled.close();
        assertThatThrownBy(accepted::close).hasMessage("boom");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void afterCountsFromTheInstallation() throws Exception {
        client.faults().close(Fault.failWith(new IOException("boom")).after(SECOND));
        server.faults()
                .close(Fault.failWith(new IOException("never")).after(SECOND).optional());

        server.close();
        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(client::close).hasMessage("boom");
    }

    @Test
    void afterCountsFromTheCreationOfALaterEnd() throws Exception {
        network.faults().close(Fault.failWith(() -> new IOException("boom")).after(SECOND));
        clock.advanceTimeBy(SECOND);
        ConnectionPair young = network.pair();

        young.client().close();
        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(() -> young.server().close()).hasMessage("boom");
    }

    @Test
    void thePredicateSeesTheClose() throws Exception {
        client.faults()
                .close(Fault.failWith(new IOException("boom"))
                        .matching(operation -> operation.number() == 1
                                && operation.offset() == 0
                                && operation.localAddress().equals(client.localAddress())
                                && operation.remoteAddress().equals(server.localAddress())));

        assertThatThrownBy(client::close).hasMessage("boom");
    }

    @Test
    void theCloseOfTheNetworkIgnoresFaults() {
        FaultHandle handle = client.faults().close(Fault.failWith(new IOException("boom")));

        network.close();

        assertThat(client.isClosed()).isTrue();
        assertThat(handle.fireCount()).isZero();
    }
}
