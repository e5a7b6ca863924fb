package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Personality;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The owners of addresses, binding, and source addresses. */
class HostTest extends NetworkFixture {
    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5", "10.0.1.5", "fd00::5");

    @Test
    void hasNameAndAddressesInOrder() throws Exception {
        assertThat(db.name()).isEqualTo("db");
        assertThat(db.addresses()).containsExactly(ip("10.0.0.5"), ip("10.0.1.5"), ip("fd00::5"));
        assertThat(db.network()).isSameAs(network);
        assertThat(db).hasToString("host db (10.0.0.5, 10.0.1.5, fd00::5)");
        assertThat(network.localhost().addresses()).containsExactly(ip("127.0.0.1"), ip("::1"));
        assertThat(network.localhost()).hasToString("host localhost (127.0.0.1, ::1)");
    }

    @Test
    void aNetworkListsItsNamedHosts() {
        assertThat(network.hosts()).containsExactly(app, db);
        assertThatThrownBy(() -> network.hosts().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    // ---- bad input

    @Test
    void anAddressBelongsToOneHost() {
        refused(() -> network.host("db2", "10.0.1.5"), "address of another host: 10.0.1.5 belongs to db");
        refused(() -> network.host("db2", "127.0.0.1"), "address of another host: 127.0.0.1 belongs to localhost");
        refused(() -> network.host("db2", "fd01::1", "fd01:0::1"), "address given twice: fd01::1");
    }

    @Test
    void boundAddressCannotBeGivenToAHost() throws Exception {
        Listener early = network.listen("10.0.0.9:80");

        refused(
                () -> network.host("late", "10.0.0.8", "10.0.0.9"),
                "address already bound: 10.0.0.9:80 is in use; make host late before binding there");
        early.close();
        assertThat(network.host("late", "10.0.0.8", "10.0.0.9").addresses()).hasSize(2);
    }

    @Test
    void hostNamesAreUnique() {
        network.names().set("api", "10.0.0.7");

        refused(() -> network.host("DB", "10.0.0.9"), "name already in use: DB");
        refused(() -> network.host("localhost", "10.0.0.9"), "name already in use: localhost");
        refused(() -> network.host("api", "10.0.0.9"), "name already in use: api");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "10.0.0.1", "a:80", "*"})
    void hostNameIsValidated(String name) {
        refused(
                () -> network.host(name, "10.0.0.9"),
                "not a host name: \"" + name
                        + "\"; expected letters, digits, dots, hyphens and underscores, such as db or api.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "db", "10.0.0", "10.0.0.256", "10.0.0.1:80", "0.0.0.0", "::", "224.0.0.1"})
    void hostAddressIsValidated(String address) {
        refused(
                () -> network.host("other", address),
                "not an address of a host: \"" + address + "\"; expected an IP address, such as 10.0.0.5 or fd00::5");
    }

    @Test
    void hostNeedsAnAddress() {
        refused(() -> network.host("none"), "host none has no address; expected one or more");
    }

    // ---- binding

    @Test
    void listensOnItsFirstAddress() throws Exception {
        assertThat(db.listen(5432)).hasToString("listener 10.0.0.5:5432");
        assertThat(db.listen()).hasToString("listener 10.0.0.5:49152");
        assertThat(db.listen("[fd00::5]:5432")).hasToString("listener [fd00::5]:5432");
        assertThat(db.listen("db:80")).hasToString("listener 10.0.0.5:80");
        assertThat(db.listen("10.0.1.5:80").host()).isSameAs(db);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2:80", "app:80", "10.0.0.9:80", "127.0.0.1:80", "localhost:80", "[fd00::6]:80"})
    void bindsOnlyWhatItOwns(String address) {
        assertThatThrownBy(() -> db.listen(address))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX, Cannot assign requested address",
        "WINDOWS, Cannot assign requested address: bind",
        "MACOS, Can't assign requested address"
    })
    void bindErrorHasTheTextOfThePersonality(Personality personality, String text) throws Exception {
        NetworkConfig config = NetworkConfig.builder().personality(personality).build();
        try (Network other = Network.create(config)) {
            Host host = other.host("host", "10.0.0.5");

            assertThatThrownBy(() -> host.bind(new InetSocketAddress(ip("10.0.0.6"), 80)))
                    .isExactlyInstanceOf(BindException.class)
                    .hasMessage(text);
        }
    }

    @Test
    void anAddressIsBoundOnce() throws Exception {
        db.listen(80);

        for (String taken : List.of("10.0.0.5:80", "*:80", "db:80")) {
            assertThatThrownBy(() -> db.listen(taken))
                    .isExactlyInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
        }
    }

    @Test
    void twoHostsAndTheNetworkListenOnTheSameWildcard() throws Exception {
        Listener ofApp = app.listen("*:80");
        Listener ofDb = db.listen("*:80");
        Listener ofAll = network.listen("*:80");

        assertAnswers("10.0.0.2:80", ofApp);
        assertAnswers("10.0.0.5:80", ofDb);
        assertAnswers("10.0.1.5:80", ofDb);
        assertAnswers("[fd00::5]:80", ofDb);
        assertAnswers("localhost:80", ofAll);
        assertAnswers("10.9.9.9:80", ofAll);
        assertThat(ofDb).hasToString("listener *:80 of db");
        assertThat(ofAll).hasToString("listener *:80");
    }

    @Test
    void networkWildcardDoesNotCoverHosts() throws Exception {
        network.listen("*:80");

        assertThatThrownBy(() -> network.connect("10.0.0.5:80"))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(db.listen(80).port()).isEqualTo(80);
    }

    @Test
    void networkBindOfAHostAddressBelongsToThatHost() throws Exception {
        Listener listener = network.listen("db:80");

        assertThat(listener.host()).isSameAs(db);
        assertThatThrownBy(() -> db.listen("*:80")).hasMessage("Address already in use");
        assertThat(network.listen("10.0.0.9:80").host()).isSameAs(network.localhost());
    }

    @Test
    void bindingListensOrIsReleased() throws Exception {
        Binding binding = db.bind(new InetSocketAddress(80));

        assertThatThrownBy(() -> db.listen(80)).hasMessage("Address already in use");
        assertThat(app.listen(80).port()).isEqualTo(80);
        assertAnswers("10.0.1.5:80", binding.listen());
        Binding freed = db.bind(new InetSocketAddress(ip("fd00::5"), 81));
        freed.close();
        assertThat(db.listen("*:81").isClosed()).isFalse();
    }

    @Test
    void wildcardListenerConnectsToItsHost() throws Exception {
        Listener listener = db.listen("*:80");

        assertThat(listener.connect().remoteAddress()).isEqualTo(at("10.0.0.5", 80));
        assertThat(listener.connectAsync(dialling -> {})
                        .toCompletableFuture()
                        .join()
                        .remoteAddress())
                .isEqualTo(at("10.0.0.5", 80));
        assertThat(network.awaitListening("10.0.1.5:0")).isSameAs(listener);
    }

    // ---- connecting

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2:80, 10.0.0.5",
        "10.0.0.5:80, 10.0.0.5",
        "10.0.1.5:80, 10.0.1.5",
        "127.0.0.1:80, 10.0.0.5",
        "*:80, 10.0.0.5",
        "[fd01::1]:80, fd00::5",
        "[fd00::5]:80, fd00::5",
        "[::1]:80, fd00::5"
    })
    void connectUsesASourceAddressOfTheTargetFamily(String target, String source) throws Exception {
        app.listen("*:80");
        db.listen("*:80");
        network.listen("*:80");

        Connection client = db.connect(target);

        assertThat(client.localAddress()).isEqualTo(at(source, 49152));
        assertThat(client.peer().remoteAddress()).isEqualTo(at(source, 49152));
    }

    @Test
    void connectWithoutAnAddressOfThatFamilyIsUnreachable() throws Exception {
        db.listen("[fd00::5]:80");

        assertThatThrownBy(() -> app.connect("[fd00::5]:80"))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is unreachable");
        assertThat(app.connectAsync("[fd00::5]:80").toCompletableFuture())
                .failsWithin(SECOND)
                .withThrowableThat()
                .havingCause()
                .isExactlyInstanceOf(SocketException.class)
                .withMessage("Network is unreachable");
    }

    @Test
    void fakedSourceAddressNeedsNoOwner() throws Exception {
        db.listen(80);

        Connection stranger = app.connect("db:80", dialling -> dialling.localAddress("192.168.1.100:1234"));
        Connection anyPort = app.connect("db:80", dialling -> dialling.localAddress("*:1234"));

        assertThat(stranger.peer().remoteAddress()).isEqualTo(at("192.168.1.100", 1234));
        assertThat(anyPort.peer().remoteAddress()).isEqualTo(at("10.0.0.2", 1234));
    }

    @Test
    void hostsTalk() throws Exception {
        Listener listener = db.listen(5432);
        Connection client = app.connectAsync("db:5432").toCompletableFuture().join();
        Text.write(client, "ping");

        Connection server = listener.accept();

        assertThat(Text.read(server)).isEqualTo("ping");
        assertThat(client).hasToString("connection 10.0.0.2:49152 -> 10.0.0.5:5432 (ESTABLISHED)");
        assertThat(server).hasToString("connection 10.0.0.5:5432 -> 10.0.0.2:49152 (ESTABLISHED)");
    }

    // ---- snapshot

    @Test
    void theSnapshotShowsHostsAndNames() throws Exception {
        network.names().set("api", "10.0.0.7", "fd00::7");
        network.names().set("app", "10.0.0.3");
        network.names().remove("db");
        db.listen("*:80");
        network.listen("*:80");
        app.connect("10.0.0.5:80");
        app.crash();

        assertThat(network.snapshot()).hasToString("""
                        Proto  State       Recv-Q  Send-Q  Local        Remote          Notes
                        tcp    LISTEN           1      51  *:80         *               of db; no accept waits
                        tcp    LISTEN           0      51  *:80         *
                        tcp    CLOSE_WAIT       0       0  10.0.0.5:80  10.0.0.2:49152
                        hosts: app 10.0.0.2 (crashed); db 10.0.0.5, 10.0.1.5, fd00::5
                        names: app = 10.0.0.3; api = 10.0.0.7, fd00::7; db = (unknown)
                        clock: virtual clock at 0 s, seed: 1""");
        assertThat(network.snapshot().hosts().get(0).state()).isEqualTo("crashed");
        assertThat(network.snapshot().names()).containsEntry("app", List.of(ip("10.0.0.3")));
    }

    private void assertAnswers(String address, Listener listener) throws Exception {
        Connection client = network.connect(address);
        assertThat(listener.tryAccept()).isSameAs(client.peer());
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static InetSocketAddress at(String host, int port) throws Exception {
        return new InetSocketAddress(ip(host), port);
    }

    /** A literal, which needs no lookup. */
    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }
}
