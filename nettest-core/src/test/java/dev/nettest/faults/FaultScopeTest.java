package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operations on which a fault acts, and which of several faults wins. */
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
    void onAConnectionItActsOnThatEndOnly() throws Exception {
        server.faults().write(boom("own"));

        assertThatThrownBy(() -> Text.write(server, "x")).hasMessage("own");
        assertThat(Text.write(client, "x")).isEqualTo(1);
    }

    @Test
    void onAListenerItActsOnAcceptedEndsOnly() throws Exception {
        listener.faults().write(boom("listener"));
        Connection later = listener.connect();

        assertThatThrownBy(() -> Text.write(server, "x")).hasMessage("listener");
        assertThatThrownBy(() -> Text.write(later.peer(), "x")).hasMessage("listener");
        assertThat(Text.write(client, "x")).isEqualTo(1);
        assertThat(Text.write(later, "x")).isEqualTo(1);
    }

    @Test
    void onANetworkItActsOnEveryEnd() throws Exception {
        network.faults().write(boom("network"));
        Connection later = listener.connect();
        Connection paired = end();

        for (Connection end : new Connection[] {client, server, later, later.peer(), paired, paired.peer()}) {
            assertThatThrownBy(() -> Text.write(end, "x")).hasMessage("network");
        }
    }

    @Test
    void otherListenersAndNetworksAreNotAffected() throws Exception {
        listener.faults().write(boom("listener"));
        Listener other = network.listen();

        other.connect();
        assertThat(Text.write(other.accept(), "x")).isEqualTo(1);
    }

    @Test
    void theNarrowestScopeWinsInAnyOrder() {
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
    void aFaultOvertakenByANewOneKeepsItsCount() {
        network.faults().read(boom("network").once());
        server.faults().read(boom("own").once());

        assertThatThrownBy(() -> Text.read(server)).hasMessage("own");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("network");
    }

    @Test
    void everyFaultCountsEveryOperation() {
        server.faults().read(boom("own").nth(2));
        network.faults().read(boom("network").nth(3));
        network.faults().read(boom("always"));

        assertThatThrownBy(() -> Text.read(server)).hasMessage("always");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("own");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("network");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("always");
    }

    // ---- hosts

    @Test
    void onAHostItActsOnItsEndsOnly() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        Listener store = db.listen(80);
        Connection dialled = db.connect(listener.localAddress());
        Connection before = app.connect("db:80");
        db.faults().write(boom("host"));
        Connection later = app.connect("db:80");

        for (Connection end : new Connection[] {dialled, before.peer(), later.peer(), db.connect("db:80")}) {
            assertThatThrownBy(() -> Text.write(end, "x")).hasMessage("host");
        }
        for (Connection end : new Connection[] {dialled.peer(), before, later, client, server}) {
            assertThat(Text.write(end, "x")).isEqualTo(1);
        }
        assertThat(store.accept()).isSameAs(before.peer());
    }

    @Test
    void aHostRanksBetweenListenerAndNetwork() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener store = db.listen(80);
        Connection end = network.connect("db:80").peer();
        FaultHandle ofNetwork = network.faults().read(boom("network"));
        FaultHandle ofHost = db.faults().read(boom("host").once());
        store.faults().read(boom("listener").once());
        end.faults().read(boom("own").once());

        assertThatThrownBy(() -> Text.read(end)).hasMessage("own");
        assertThatThrownBy(() -> Text.read(end)).hasMessage("listener");
        assertThatThrownBy(() -> Text.read(end)).hasMessage("host");
        assertThatThrownBy(() -> Text.read(end)).hasMessage("network");
        assertThat(ofHost.fireCount()).isEqualTo(1);
        assertThat(ofNetwork.fireCount()).isEqualTo(1);
    }

    @Test
    void aNewHostFaultActsOnABlockedEnd() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        db.listen(80);
        Connection end = network.connect("db:80").peer();
        Background<String> reader = Background.call(() -> Text.read(end)).awaitParked();

        db.faults().read(boom("host"));

        assertThat(reader.failure()).hasMessage("host");
    }

    @Test
    void onAHostConnectFaultsActOnConnectsFromIt() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        db.listen(80);
        FaultHandle handle = app.faults().connect(Fault.unreachable().nth(2));
        network.faults().connect(Fault.timeout().nth(4));
        app.connect("db:80");

        assertThatThrownBy(() -> app.connect("db:80")).hasMessage("No route to host");
        assertThat(network.connect("db:80").isOpen()).isTrue();
        assertThatThrownBy(() -> app.connect("db:80")).hasMessage("Connect timed out");
        assertThat(db.connect("db:80").isOpen()).isTrue();
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void onAHostAcceptAndCloseFaultsActOnItOnly() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener store = db.listen(80);
        FaultHandle before = db.faults().accept(boom("before").once());
        Connection dialled = network.connect("db:80");

        assertThatThrownBy(store::accept).hasMessage("before");
        Connection accepted = store.accept();
        before.close();
        db.faults().accept(boom("host"));
        db.faults().close(boom("close"));
        assertThatThrownBy(store::accept).hasMessage("host");
        assertThatThrownBy(db.listen()::accept).hasMessage("host");
        assertThatThrownBy(accepted::close).hasMessage("close");
        dialled.close();
        network.connect(listener.localAddress());
        assertThat(listener.accept().isOpen()).isTrue();
    }

    @Test
    void onAHostDatagramFaultsActOnItsEndpointsOnly() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram("*:53");
        db.faults().send(boom("send"));
        db.faults().receive(boom("receive").once());
        DatagramEndpoint later = db.bindDatagram();
        ByteBuffer room = ByteBuffer.allocate(1);

        for (DatagramEndpoint end : new DatagramEndpoint[] {endpoint, later}) {
            assertThatThrownBy(() -> end.send(Text.bytes("x"), client.localAddress()))
                    .hasMessage("send");
            assertThatThrownBy(() -> end.receive(room)).hasMessage("receive");
        }
        assertThat(client.send(Text.bytes("x"), "db:53")).isEqualTo(1);
        assertThat(endpoint.receive(room)).isEqualTo(client.localAddress());
        endpoint.faults().send(boom("own").once());
        assertThatThrownBy(() -> endpoint.send(Text.bytes("x"), client.localAddress()))
                .hasMessage("own");
        db.faults().close(boom("close"));
        assertThatThrownBy(endpoint::close).hasMessage("close");
        client.close();
    }

    @Test
    void theDefaultHostIsAScopeLikeAnyOther() throws Exception {
        Connection far = network.host("app", "10.0.0.2").connect(listener.localAddress());
        network.localhost().faults().write(boom("localhost"));

        assertThat(Text.write(far, "x")).isEqualTo(1);
        for (Connection end : new Connection[] {client, server, far.peer(), end()}) {
            assertThatThrownBy(() -> Text.write(end, "x")).hasMessage("localhost");
        }
    }

    @Test
    void aFailureTextShowsTheFaultsOfHosts() {
        Host db = network.host("db", "10.0.0.5");
        FaultHandle handle = db.faults().read(boom("host").nth(3));

        assertThat(network.failure("why")).hasMessageContaining("\nfaults of db: read failWith");
        assertThat(handle.toString()).contains("on host db (10.0.0.5)");
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
    void aNarrowFaultActsIfEveryWiderScopeHasOneToo() throws Exception {
        network.faults().close(boom("network"));
        network.localhost().faults().close(boom("host"));
        listener.faults().close(boom("listener"));
        server.faults().close(boom("own"));

        assertThatThrownBy(server::close).hasMessage("own");
    }

    @Test
    void faultsOfTheHookActFromTheFirstOperation() throws Exception {
        Connection dialled = listener.connect(dialling -> {
            dialling.faults().write(boom("own"));
            dialling.peer().faults().write(boom("peer"));
        });
        listener.faults().write(boom("listener"));

        assertThatThrownBy(() -> Text.write(dialled, "x")).hasMessage("own");
        assertThatThrownBy(() -> Text.write(dialled.peer(), "x")).hasMessage("peer");
    }

    @Test
    void aListenerFaultActsOnAnEndWithFaultsOfItsOwn() throws Exception {
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
