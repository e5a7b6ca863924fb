package dev.nettest.internal.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.testing.Background;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which owner is found, which ports are free, when the table announces a change. */
class BindTableTest {
    private final BindTable<String> table = new BindTable<>(50_000, 50_003, ip -> "everywhere");

    /** Addresses of 10.0.0.0/8 are in one scope, all others and the wildcards in another. */
    private final BindTable<String> scoped =
            new BindTable<>(50_000, 50_003, ip -> ip.getAddress()[0] == 10 ? "ten" : "other");

    @AfterEach
    void noLockIsKept() {
        Background.call(table::owners).result();
        Background.call(scoped::owners).result();
    }

    @Test
    void findsTheOwnerOfAnAddress() throws Exception {
        assertThat(bind("10.0.0.1", 80, "a")).isEqualTo("a");

        assertThat(table.find(at("10.0.0.1", 80))).isEqualTo("a");
        assertThat(table.find(at("10.0.0.1", 81))).isNull();
        assertThat(table.find(at("10.0.0.2", 80))).isNull();
    }

    @Test
    void anAddressIsBoundOnlyOnce() throws Exception {
        bind("10.0.0.1", 80, "a");

        assertThat(bind("10.0.0.1", 80, "b")).isNull();
        assertThat(bind("10.0.0.2", 80, "c")).isEqualTo("c");
        assertThat(bind("::1", 80, "d")).isEqualTo("d");
    }

    @Test
    void aWildcardStandsForEveryAddressOfBothFamilies() throws Exception {
        bind("0.0.0.0", 80, "any");

        assertThat(table.find(at("10.0.0.1", 80))).isEqualTo("any");
        assertThat(table.find(at("::1", 80))).isEqualTo("any");
        assertThat(bind("10.0.0.1", 80, "b")).isNull();
        assertThat(bind("::1", 80, "b")).isNull();
        assertThat(bind("::", 80, "b")).isNull();
    }

    @Test
    void aWildcardIsRefusedBesideASpecificAddress() throws Exception {
        bind("10.0.0.1", 80, "a");

        assertThat(bind("0.0.0.0", 80, "any")).isNull();
        assertThat(bind("::", 80, "any")).isNull();
    }

    @Test
    void ephemeralPortsAscendAndSkipBoundPorts() throws Exception {
        bind("10.0.0.1", 50_001, "taken");

        assertThat(bind("10.0.0.1", 0, "a")).isEqualTo("a");
        assertThat(bind("10.0.0.1", 0, "b")).isEqualTo("b");
        assertThat(table.find(at("10.0.0.1", 50_000))).isEqualTo("a");
        assertThat(table.find(at("10.0.0.1", 50_002))).isEqualTo("b");
    }

    @Test
    void ephemeralPortsRunOutAndAreReusedAfterRelease() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(bind("10.0.0.1", 0, i == 2 ? "owner" : "other")).isNotNull();
        }
        assertThat(bind("10.0.0.1", 0, "late")).isNull();
        assertThat(bind("10.0.0.2", 0, "other")).isEqualTo("other");

        table.release("everywhere", at("10.0.0.1", 50_002), "owner");

        assertThat(bind("10.0.0.1", 0, "late")).isEqualTo("late");
        assertThat(table.find(at("10.0.0.1", 50_002))).isEqualTo("late");
    }

    @Test
    void aSearchThatFindsNoFreePortEndsAtItsFirstOne() throws Exception {
        for (int i = 0; i < 4; i++) {
            bind("10.0.0.1", 0, "owner");
        }
        assertThat(bind("10.0.0.1", 0, "late")).isNull();

        assertThat(table.nextPort()).as("the last one from the first on").isEqualTo(50_003);
    }

    @Test
    void onlyTheOwnerReleases() throws Exception {
        bind("10.0.0.1", 80, "a");

        table.release("everywhere", at("10.0.0.1", 80), "b");
        table.release("everywhere", at("10.0.0.1", 81), "a");

        assertThat(table.find(at("10.0.0.1", 80))).isEqualTo("a");
    }

    @Test
    void findsTheLowestBoundPortOfAnAddress() throws Exception {
        assertThat(table.findAnyPort(ip("10.0.0.1"))).isNull();
        bind("10.0.0.1", 90, "later");
        bind("10.0.0.1", 80, "lower");
        bind("10.0.0.2", 70, "other");

        assertThat(table.findAnyPort(ip("10.0.0.1"))).isEqualTo("lower");
        assertThat(table.findAnyPort(ip("10.0.0.3"))).isNull();
    }

    // ---- scopes

    @Test
    void aWildcardStandsForTheAddressesOfItsScope() throws Exception {
        assertThat(scoped.bind("ten", at("0.0.0.0", 80), address -> "any of ten"))
                .isNotNull();
        assertThat(scoped.bind(null, at("0.0.0.0", 80), address -> "any other")).isNotNull();
        assertThat(scoped.bind(null, at("10.0.0.1", 80), address -> "late")).isNull();
        assertThat(scoped.bind("other", at("10.0.0.1", 80), address -> "late")).isNull();

        assertThat(scoped.find(at("10.0.0.1", 80))).isEqualTo("any of ten");
        assertThat(scoped.find(at("11.0.0.1", 80))).isEqualTo("any other");
        assertThat(scoped.findAnyPort(ip("10.0.0.1"))).isEqualTo("any of ten");
        assertThat(scoped.findAnyPort(ip("11.0.0.1"))).isEqualTo("any other");
    }

    @Test
    void findsAllOwnersOfOneScopeOrOfAll() throws Exception {
        scoped.bind("ten", at("0.0.0.0", 80), address -> "any of ten");
        scoped.bind("other", at("0.0.0.0", 80), address -> "any other");
        scoped.claim("third", at("0.0.0.0", 80), false);

        assertThat(scoped.findAll(null, at("10.0.0.1", 80))).containsExactly("any of ten", "any other");
        assertThat(scoped.findAll("ten", at("10.0.0.1", 80))).containsExactly("any of ten");
        assertThat(scoped.findAll("third", at("10.0.0.1", 80))).isEmpty();
        assertThat(scoped.findAll(null, at("10.0.0.1", 81))).isEmpty();
    }

    @Test
    void findsAllOwnersOfAnAddressOnly() throws Exception {
        bind("10.0.0.1", 80, "a");
        bind("10.0.0.2", 80, "b");

        assertThat(table.findAll(null, at("10.0.0.1", 80))).containsExactly("a");
    }

    @Test
    void addressesGetAnotherScopeOnlyIfTheyAreFree() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        bind("10.0.0.1", 80, "a");

        assertThat(table.rescope(List.of(ip("10.0.0.2"), ip("10.0.0.1")), ran::incrementAndGet))
                .isEqualTo(at("10.0.0.1", 80));
        assertThat(ran).hasValue(0);
        assertThat(table.rescope(List.of(ip("10.0.0.2")), ran::incrementAndGet)).isNull();
        assertThat(ran).hasValue(1);
    }

    // ---- sharing

    @Test
    void anAddressIsSharedWithAcceptedOwnersOnly() throws Exception {
        assertThat(share("10.0.0.1", 80, "a", "unbound")).isEqualTo("a");
        assertThat(share("10.0.0.1", 80, "b", "a")).isEqualTo("b");
        assertThat(share("10.0.0.1", 80, "c", "a")).isNull(); // b does not share
        assertThat(share("10.0.0.1", 0, "d", "d")).isEqualTo("d");
        table.claim(null, at("10.0.0.1", 81), false);
        assertThat(share("10.0.0.1", 81, "late", "a")).isNull(); // a claim is not shared
    }

    private String share(String host, int port, String owner, String with) throws UnknownHostException {
        return table.bindShared(null, at(host, port), false, with::equals, address -> owner);
    }

    @Test
    void theBestOwnerIsTheLastOneOfTheHighestScore() throws Exception {
        for (String owner : List.of("good", "better", "better still", "bad")) {
            scoped.bindShared("ten", at("10.0.0.1", 80), false, any -> true, address -> owner);
        }
        scoped.bindShared("ten", at("10.0.0.2", 80), false, any -> true, address -> "better elsewhere");
        BindTable.Score<String, String> score =
                (owner, sender) -> owner.equals("bad") ? -1 : owner.startsWith(sender) ? 1 : 0;

        assertThat(scoped.findBest(at("10.0.0.1", 80), "better", score)).isEqualTo("better still");
        assertThat(scoped.findBest(at("10.0.0.1", 80), "good", score)).isEqualTo("good");
        assertThat(scoped.findBest(at("10.0.0.1", 80), "none", score)).isEqualTo("better still");
        assertThat(scoped.findBest(at("10.0.0.1", 80), "any", (owner, sender) -> -1))
                .isNull();
        assertThat(scoped.findBest(at("10.0.0.1", 81), "any", score)).isNull();
        assertThat(scoped.findBest(at("10.0.0.3", 80), "any", score)).isNull();
    }

    // ---- claims

    @Test
    void aClaimIsBoundLater() throws Exception {
        InetSocketAddress claimed = table.claim(null, at("10.0.0.1", 0), false);
        assertThat(claimed).isEqualTo(at("10.0.0.1", 50_000));
        assertThat(table.claim(null, claimed, false)).isNull();
        assertThat(bind("10.0.0.1", 50_000, "late")).isNull();
        assertThat(table.find(claimed)).isNull();
        assertThat(table.findBest(claimed, "", (owner, sender) -> 1)).isNull();
        assertThat(table.findAnyPort(ip("10.0.0.1"))).isNull();
        assertThat(table.owners()).isEmpty();
        long count = table.changes().count();

        assertThat(table.bindClaimed("everywhere", claimed, address -> "owner at " + address.getPort()))
                .isEqualTo("owner at 50000");

        assertThat(table.find(claimed)).isEqualTo("owner at 50000");
        assertThat(table.owners()).containsExactly("owner at 50000");
        assertThat(table.changes().count()).isEqualTo(count + 1);
        table.release("everywhere", claimed, null); // the claim is gone
        assertThat(table.find(claimed)).isNotNull();
    }

    @Test
    void aBoundAddressCannotBeClaimed() throws Exception {
        bind("10.0.0.1", 80, "a");

        assertThat(table.claim(null, at("10.0.0.1", 80), false)).isNull();
        assertThat(table.claim(null, at("0.0.0.0", 80), false)).isNull();
        assertThat(table.claim(null, at("10.0.0.2", 80), false)).isEqualTo(at("10.0.0.2", 80));
    }

    @Test
    void aReleasedClaimIsFree() throws Exception {
        long count = table.changes().count();
        table.claim(null, at("10.0.0.1", 80), false);
        table.release("everywhere", at("10.0.0.1", 80), null);
        assertThat(table.changes().count()).isEqualTo(count + 2);

        assertThat(bind("10.0.0.1", 80, "a")).isEqualTo("a");
    }

    @Test
    void theClaimsOfAScopeEndTogether() throws Exception {
        scoped.claim("ten", at("10.0.0.1", 80), false);
        scoped.claim("ten", at("10.0.0.1", 81), false);
        scoped.claim("other", at("11.0.0.1", 80), false);
        scoped.bind("ten", at("10.0.0.1", 82), address -> "owner");
        long count = scoped.changes().count();

        scoped.releaseClaims("ten");

        assertThat(scoped.changes().count()).isEqualTo(count + 1);
        assertThat(scoped.claim("ten", at("10.0.0.1", 80), false)).isNotNull();
        assertThat(scoped.claim("ten", at("10.0.0.1", 81), false)).isNotNull();
        assertThat(scoped.claim("other", at("11.0.0.1", 80), false)).isNull();
        assertThat(scoped.find(at("10.0.0.1", 82))).isEqualTo("owner");
    }

    // ---- ports of connects

    @Test
    void aConnectGetsTheNextPortThatIsNotBound() throws Exception {
        assertThat(table.portCount()).isEqualTo(4);
        bind("10.0.0.1", 50_001, "a");
        assertThat(List.of(table.nextPort(), table.nextPort(), table.nextPort(), table.nextPort()))
                .containsExactly(50_000, 50_002, 50_003, 50_000);
        table.release("everywhere", at("10.0.0.1", 50_001), "a");
        assertThat(table.nextPort()).isEqualTo(50_001);
        table.claim(null, at("10.0.0.1", 50_002), false);
        table.releaseClaims("everywhere");
        assertThat(table.nextPort()).isEqualTo(50_002);
    }

    @Test
    void aConnectGetsABoundPortIfAllAreBound() throws Exception {
        for (int i = 0; i < 4; i++) {
            bind("10.0.0.1", 50_000 + i, "a");
        }

        assertThat(table.nextPort()).as("the last one that was tried").isEqualTo(50_003);
    }

    // ---- changes

    @Test
    void countsChanges() throws Exception {
        AtomicInteger called = new AtomicInteger();
        EventCount changes = table.changes();
        long count = changes.count();
        CallbackWaiter.enlist(changes, ReadyBits.CHANGED, count, false, called::incrementAndGet);

        assertThat(called).hasValue(0);
        bind("10.0.0.1", 80, "a");
        assertThat(called).hasValue(1);
        assertThat(changes.count()).isGreaterThan(count);
        table.release("everywhere", at("10.0.0.1", 81), "a");
        table.release("everywhere", at("10.0.0.1", 80), "b");
        assertThat(changes.count()).isEqualTo(count + 1);
        table.release("everywhere", at("10.0.0.1", 80), "a");
        assertThat(changes.count()).isEqualTo(count + 2);
    }

    @Test
    void threadsNeverShareAPort() {
        BindTable<Integer> shared = new BindTable<>(50_000, 51_999, ip -> "everywhere");
        List<Background<Set<Integer>>> binders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            binders.add(Background.call(() -> {
                Set<Integer> ports = new HashSet<>();
                for (int n = 0; n < 500; n++) {
                    ports.add(shared.bind(null, at("10.0.0.1", 0), InetSocketAddress::getPort));
                }
                return ports;
            }));
        }
        Set<Integer> all = new HashSet<>();
        binders.forEach(binder -> all.addAll(binder.result()));

        assertThat(all).hasSize(2_000);
        assertThat(shared.owners()).hasSize(2_000).isSorted();
    }

    private String bind(String host, int port, String owner) throws UnknownHostException {
        return table.bind(null, at(host, port), address -> owner);
    }

    private static InetSocketAddress at(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(ip(host), port);
    }

    /** Parses a literal, without a name service. */
    private static InetAddress ip(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    @Test
    void theWildcardOfAnIpv4SocketStandsForIpv4() throws Exception {
        InetSocketAddress any = at("0.0.0.0", 80);
        assertThat(table.claim(null, any, true)).isEqualTo(any);
        table.bindClaimed("everywhere", any, address -> "four");

        assertThat(table.find(at("10.0.0.1", 80))).isEqualTo("four");
        assertThat(table.find(at("::1", 80))).isNull();
        assertThat(table.claim(null, at("::", 80), false)).isNull();
        assertThat(table.claim(null, at("127.0.0.1", 80), true)).isNull();
        assertThat(table.claim(null, at("::1", 80), false)).isEqualTo(at("::1", 80));
    }

    @Test
    void theWildcardOfAnIpv4SocketCanBeBoundBesideAnIpv6Address() throws Exception {
        table.claim(null, at("::1", 80), false);

        assertThat(table.claim(null, at("0.0.0.0", 80), false)).isNull();
        assertThat(table.claim(null, at("0.0.0.0", 80), true)).isNotNull();
    }
}
