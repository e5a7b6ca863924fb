package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.testing.NetworkFixture;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What names resolve to, and what happens when that changes. */
class NamesTest extends NetworkFixture {
    private final Host db = network.host("db", "10.0.0.5", "fd00::5");

    @ParameterizedTest
    @ValueSource(strings = {"db", "DB", "Db", "db."})
    void aHostsNameIsAllOfItsAddresses(String name) throws Exception {
        assertThat(network.resolve(name)).containsExactly(ip("10.0.0.5"), ip("fd00::5"));
    }

    @Test
    void aNameHasSeveralAddressesInTheirOrder() throws Exception {
        network.names().set("API.example.com", "10.0.0.9", "fd00::9", "10.0.0.8");

        assertThat(network.resolve("api.example.com")).containsExactly(ip("10.0.0.9"), ip("fd00::9"), ip("10.0.0.8"));
    }

    @Test
    void aNameCanBeAnotherOneOfAHost() throws Exception {
        network.names().set("primary", db);

        assertThat(network.resolve("primary")).isEqualTo(db.addresses());
    }

    @Test
    void anAnswerChangesForTheDialsThatCome() throws Exception {
        db.listen(80);
        network.listen("10.0.0.7:80");
        network.names().set("api", db);
        Connection before = network.connect("api:80");

        network.names().set("api", "10.0.0.7");

        assertThat(network.connect("api:80").remoteAddress()).hasToString("/10.0.0.7:80");
        assertThat(before.remoteAddress()).hasToString("/10.0.0.5:80");
        assertThat(before.isOpen()).isTrue();
    }

    @Test
    void aDialTakesTheFirstAddressOnly() throws Exception {
        network.names().set("api", "10.0.0.6", "10.0.0.7");
        network.listen("10.0.0.7:80");

        assertThatThrownBy(() -> network.connect("api:80"))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void aNameIsRemoved() {
        network.names().set("api", "10.0.0.7");

        network.names().remove("Api");
        network.names().remove("api");
        network.names().remove("db");

        unknown(() -> network.resolve("api"), "api");
        unknown(() -> network.connect("Db:80"), "Db");
        unknown(() -> network.listen("db:80"), "db");
    }

    @Test
    void anUnknownNameIsNamedAsItWasAskedFor() {
        unknown(() -> network.resolve("Example.com"), "Example.com");
        unknown(() -> db.connect("example.com:80"), "example.com");
        assertThatThrownBy(() ->
                        db.connectAsync("example.com:80").toCompletableFuture().join())
                .isExactlyInstanceOf(CompletionException.class)
                .cause()
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("example.com");
    }

    @Test
    void aReverseLookupGivesTheNameThatWasFirst() throws Exception {
        network.names().set("alias", "10.0.0.5");
        network.names().set("api", "10.0.0.7");

        assertThat(network.reverse(ip("10.0.0.5"))).isEqualTo("db");
        assertThat(network.reverse(ip("fd00::5"))).isEqualTo("db");
        assertThat(network.reverse(ip("10.0.0.7"))).isEqualTo("api");
        assertThat(network.reverse(ip("::1"))).isEqualTo("localhost");
        unknown(() -> network.reverse(ip("fd00:0::9")), "fd00::9");
        network.names().remove("db");
        assertThat(network.reverse(ip("10.0.0.5"))).isEqualTo("alias");
    }

    @Test
    void localhostStays() {
        refused(() -> network.names().set("LOCALHOST", "10.0.0.1"));
        refused(() -> network.names().set("localhost.", db));
        refused(() -> network.names().remove("localhost"));
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("localhost is 127.0.0.1 and ::1 and cannot be changed");
    }

    @Test
    void anAnswerIsAnAddressOrMore() {
        assertThatThrownBy(() -> network.names().set("api"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no address for api; a name without one is removed");
        assertThatThrownBy(() -> network.names().set("api", "10.0.0.1", "db"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an address of a host: \"db\"; expected an IP address, such as 10.0.0.5 or fd00::5");
        assertThatThrownBy(() -> network.names().set("10.0.0.1", "10.0.0.1"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a host name: \"10.0.0.1\"");
        assertThat(network.names().all()).containsOnlyKeys("localhost", "db");
    }

    @Test
    void showsThemInTheOrderInWhichTheyCame() {
        network.names().set("api", "10.0.0.7");

        assertThat(network.names())
                .hasToString("names: localhost = 127.0.0.1, ::1; db = 10.0.0.5, fd00::5; api = 10.0.0.7");
    }

    private static void unknown(ThrowingCallable call, String name) {
        assertThatThrownBy(call).isExactlyInstanceOf(UnknownHostException.class).hasMessage(name);
    }

    /** A literal, for which nobody is asked. */
    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }
}
