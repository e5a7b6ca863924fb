package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.InjectedFault;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The origin that an injected exception shows. */
class InjectedFaultTest extends NetworkFixture {
    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        listener = network.listen("10.0.0.1:80");
        client = listener.connect(dialling -> dialling.localAddress("10.0.0.2:1000"));
        server = listener.accept();
    }

    @Test
    void itNamesOperationTriggerScopeLineAndBothAddresses() {
        listener.faults().read(Fault.failWith(new IOException("boom")).nth(1));

        Throwable thrown = catchThrowable(() -> Text.read(server));

        assertThat(origin(thrown))
                .isEqualTo("read fault Fault.failWith(java.io.IOException: boom).nth(1) on listener 10.0.0.1:80,"
                        + " declared at InjectedFaultTest.java:#;"
                        + " met at connection 10.0.0.1:80 -> 10.0.0.2:1000 (ESTABLISHED)");
    }

    @Test
    void itNamesAConnectionAndTheNetworkAsScopes() {
        client.faults().write(Fault.timeout());
        network.faults().read(Fault.unreachable());

        assertThat(origin(catchThrowable(() -> Text.write(client, "x"))))
                .startsWith("write fault Fault.timeout() on connection 10.0.0.2:1000 -> 10.0.0.1:80 (ESTABLISHED),"
                        + " declared at ");
        assertThat(origin(catchThrowable(() -> Text.read(client))))
                .startsWith("read fault Fault.unreachable() on the network, declared at ");
    }

    @Test
    void systemExceptionsAreMarkedToo() {
        client.faults().read(Fault.reset());
        server.faults().write(Fault.reset());
        listener.faults().connect(Fault.refuse().nth(1));
        listener.faults().connect(Fault.reset().nth(2));

        assertThat(origin(catchThrowable(() -> Text.write(server, "x")))).startsWith("write fault Fault.reset() on");
        assertThat(origin(catchThrowable(() -> Text.read(client)))).startsWith("read fault Fault.reset() on");
        assertThat(origin(catchThrowable(() -> listener.connect())))
                .startsWith("connect fault Fault.refuse().nth(1) on listener 10.0.0.1:80")
                .endsWith("; met at 127.0.0.1:49152 -> 10.0.0.1:80");
        assertThat(origin(catchThrowable(() -> listener.connect())))
                .startsWith("connect fault Fault.reset().nth(2) on listener 10.0.0.1:80");
    }

    @Test
    void acceptAndCloseExceptionsAreMarked() {
        listener.faults().accept(Fault.timeout());
        client.faults().close(Fault.failWith(new IOException("boom")));

        assertThat(origin(catchThrowable(listener::accept)))
                .startsWith("accept fault Fault.timeout() on listener 10.0.0.1:80, declared at ")
                .endsWith("; met at listener 10.0.0.1:80");
        assertThat(origin(catchThrowable(client::close)))
                .startsWith("close fault Fault.failWith(java.io.IOException: boom) on connection ")
                .endsWith("; met at connection 10.0.0.2:1000 -> 10.0.0.1:80 (CLOSED)");
    }

    @Test
    void oneInstanceIsMarkedOnce() {
        IOException declared = new IOException("boom");
        client.faults().read(Fault.failWith(declared));
        server.faults().read(Fault.failWith(declared));

        for (int i = 0; i < 3; i++) {
            assertThat(catchThrowable(() -> Text.read(client))).isSameAs(declared);
            assertThat(catchThrowable(() -> Text.read(server))).isSameAs(declared);
        }

        assertThat(declared.getSuppressed()).hasSize(1);
        assertThat(origin(declared)).endsWith("met at connection 10.0.0.2:1000 -> 10.0.0.1:80 (ESTABLISHED)");
    }

    @Test
    void oneInstanceIsMarkedOnceByConcurrentThreads() throws Exception {
        for (int round = 0; round < 500; round++) {
            IOException declared = new IOException("boom");
            Connection one = end();
            CyclicBarrier start = new CyclicBarrier(2);
            one.faults().read(Fault.failWith(declared));
            one.peer().faults().read(Fault.failWith(declared));
            List<Background<Void>> readers = new ArrayList<>();
            for (Connection end : List.of(one, one.peer())) {
                readers.add(Background.run(() -> {
                    start.await();
                    Text.read(end);
                }));
            }

            readers.forEach(reader -> assertThat(reader.failure()).isSameAs(declared));
            assertThat(declared.getSuppressed()).hasSize(1);
        }
    }

    @Test
    void eachSuppliedInstanceIsMarked() {
        client.faults().read(Fault.failWith(() -> new IOException("boom")));

        assertThat(origin(catchThrowable(() -> Text.read(client)))).startsWith("read fault Fault.failWith(...)");
        assertThat(origin(catchThrowable(() -> Text.read(client)))).startsWith("read fault Fault.failWith(...)");
    }

    @Test
    void anExceptionWithoutSuppressionIsThrownUnmarked() {
        RuntimeException bare = new BareException();
        client.faults().read(Fault.failWith(bare));

        assertThat(catchThrowable(() -> Text.read(client))).isSameAs(bare).hasNoSuppressedExceptions();
    }

    @Test
    void otherExceptionsAreNotMarked() throws Exception {
        client.faults().read(Fault.slice(1));
        server.reset();

        assertThat(catchThrowable(() -> Text.read(client)))
                .hasMessage("Connection reset")
                .hasNoSuppressedExceptions();
    }

    private static String origin(Throwable thrown) {
        assertThat(thrown.getSuppressed()).hasSize(1);
        assertThat(thrown.getSuppressed()[0]).isInstanceOf(InjectedFault.class);
        return thrown.getSuppressed()[0].getMessage().replaceAll("\\.java:\\d+", ".java:#");
    }

    private static final class BareException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BareException() {
            super("bare", null, false, false);
        }
    }

    @Test
    void aRealErrorAfterAnInjectedOneIsNotMarked() throws Exception {
        Connection reading = network.pair().client();
        reading.faults().read(Fault.timeout().once());
        assertThat(Background.run(() -> Text.read(reading)).failure().getSuppressed())
                .hasAtLeastOneElementOfType(InjectedFault.class);
        reading.peer().reset();
        assertThat(Background.run(() -> Text.read(reading)).failure())
                .hasMessage("Connection reset")
                .hasNoSuppressedExceptions();

        Connection writing = network.pair().client();
        writing.faults().write(Fault.timeout().once());
        assertThat(Background.run(() -> Text.write(writing, "x")).failure().getSuppressed())
                .hasAtLeastOneElementOfType(InjectedFault.class);
        writing.peer().reset();
        assertThat(Background.run(() -> Text.write(writing, "x")).failure())
                .hasMessage("Connection reset by peer")
                .hasNoSuppressedExceptions();
    }
}
