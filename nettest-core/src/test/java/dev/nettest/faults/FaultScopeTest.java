package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose operations a fault changes, and which one wins where several would. */
class FaultScopeTest extends NetworkFixture {
    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        listener = network.listen();
        client = listener.connect();
        server = listener.accept();
    }

    @Test
    void onAConnectionItIsThatEndAlone() throws Exception {
        server.faults().write(boom("own"));

        assertThatThrownBy(() -> Text.write(server, "x")).hasMessage("own");
        assertThat(Text.write(client, "x")).isEqualTo(1);
    }

    @Test
    void onAListenerItIsTheAcceptedEndsAndNotTheDialled() throws Exception {
        listener.faults().write(boom("listener"));
        Connection later = listener.connect();

        assertThatThrownBy(() -> Text.write(server, "x")).hasMessage("listener");
        assertThatThrownBy(() -> Text.write(later.peer(), "x")).hasMessage("listener");
        assertThat(Text.write(client, "x")).isEqualTo(1);
        assertThat(Text.write(later, "x")).isEqualTo(1);
    }

    @Test
    void onANetworkItIsEveryEnd() throws Exception {
        network.faults().write(boom("network"));
        Connection later = listener.connect();
        Connection paired = end();

        for (Connection end : new Connection[] {client, server, later, later.peer(), paired, paired.peer()}) {
            assertThatThrownBy(() -> Text.write(end, "x")).hasMessage("network");
        }
    }

    @Test
    void otherListenersAndOtherNetworksAreLeftAlone() throws Exception {
        listener.faults().write(boom("listener"));
        Listener other = network.listen();

        other.connect();
        assertThat(Text.write(other.accept(), "x")).isEqualTo(1);
    }

    @Test
    void theNarrowestScopeWinsWhateverTheOrder() {
        FaultHandle ofNetwork = network.faults().read(boom("network"));
        FaultHandle ofEnd = server.faults().read(boom("own").once());
        FaultHandle ofListener = listener.faults().read(boom("listener").once());

        assertThatThrownBy(() -> Text.read(server)).hasMessage("own");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("listener");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("network");
        assertThat(ofEnd.fireCount()).isEqualTo(1);
        assertThat(ofListener.fireCount()).isEqualTo(1);
        assertThat(ofNetwork.fireCount()).isEqualTo(1);
    }

    @Test
    void inOneScopeTheFirstInstalledWins() {
        FaultHandle first = server.faults().read(boom("first"));
        FaultHandle second = server.faults().read(boom("second"));

        assertThatThrownBy(() -> Text.read(server)).hasMessage("first");
        first.close();
        assertThatThrownBy(() -> Text.read(server)).hasMessage("second");
        assertThat(first.fireCount()).isEqualTo(1);
        assertThat(second.fireCount()).isEqualTo(1);
    }

    @Test
    void onlyTheWinnerUsesUpItsCount() throws Exception {
        server.faults().read(boom("first").once());
        server.faults().read(boom("second").once());
        network.faults().read(boom("third").first(2));

        assertThatThrownBy(() -> Text.read(server)).hasMessage("first");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("second");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("third");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("third");
        assertThat(Text.tryRead(server)).isEmpty();
    }

    @Test
    void aFaultThatLosesAPendingOperationToANewOneKeepsItsCount() {
        network.faults().read(boom("network").once());
        server.faults().read(boom("own").once());

        assertThatThrownBy(() -> Text.read(server)).hasMessage("own");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("network");
    }

    @Test
    void everyFaultCountsEveryOperationWhoeverWins() {
        server.faults().read(boom("own").nth(2));
        network.faults().read(boom("network").nth(3));
        network.faults().read(boom("always"));

        assertThatThrownBy(() -> Text.read(server)).hasMessage("always");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("own");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("network");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("always");
    }

    @Test
    void connectFaultsFollowTheSameOrder() {
        network.faults().connect(Fault.unreachable());
        listener.faults().connect(Fault.refuse().once());

        assertThatThrownBy(() -> listener.connect(dialling -> dialling.faults().connect(Fault.timeout())))
                .hasMessage("Connect timed out");
        assertThatThrownBy(() -> listener.connect()).hasMessage("Connection refused");
        assertThatThrownBy(() -> listener.connect()).hasMessage("No route to host");
    }

    @Test
    void acceptFaultsFollowTheSameOrder() {
        network.faults().accept(boom("network"));
        listener.faults().accept(boom("listener").once());

        assertThatThrownBy(listener::accept).hasMessage("listener");
        assertThatThrownBy(listener::accept).hasMessage("network");
    }

    @Test
    void closeFaultsFollowTheSameOrder() throws Exception {
        network.faults().close(boom("network"));
        listener.faults().close(boom("listener"));
        server.faults().close(boom("own"));
        Connection later = listener.connect();

        assertThatThrownBy(server::close).hasMessage("own");
        assertThatThrownBy(listener.accept()::close).hasMessage("listener");
        assertThatThrownBy(later::close).hasMessage("network");
    }

    @Test
    void theHooksFaultsAreThereFromTheFirstOperation() throws Exception {
        Connection dialled = listener.connect(dialling -> {
            dialling.faults().write(boom("own"));
            dialling.peer().faults().write(boom("peer"));
        });
        listener.faults().write(boom("listener"));

        assertThatThrownBy(() -> Text.write(dialled, "x")).hasMessage("own");
        assertThatThrownBy(() -> Text.write(dialled.peer(), "x")).hasMessage("peer");
    }

    @Test
    void aListenersFaultsAreFeltByAnEndThatHadFaultsBefore() throws Exception {
        listener.faults().read(boom("listener"));
        Connection dialled = listener.connect(
                dialling -> dialling.peer().faults().read(Fault.slice(1).nth(1000)));

        assertThatThrownBy(() -> Text.read(dialled.peer())).hasMessage("listener");
    }

    @Test
    void fireCountSumsOverAllEnds() throws Exception {
        FaultHandle handle = listener.faults().read(boom("listener").once());
        Connection later = listener.connect();

        assertThatThrownBy(() -> Text.read(server)).hasMessage("listener");
        assertThatThrownBy(() -> Text.read(later.peer())).hasMessage("listener");
        assertThat(handle.fireCount()).isEqualTo(2);
    }

    private static Fault boom(String message) {
        return Fault.failWith(() -> new IOException(message));
    }
}
