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
import org.junit.jupiter.api.Test;

/** Which owner is found, which ports are free, when the table announces a change. */
class BindTableTest {
    private final BindTable<String> table = new BindTable<>(50_000, 50_003, ip -> "everywhere");

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
}
