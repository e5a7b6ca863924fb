package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many networks, many connections, many waiters. */
class ManyTest {
    @Test
    void tenThousandNetworksAtOnceDoNotClash() {
        int threads = 4;
        List<Background<List<Network>>> builders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String message = "from thread " + i;
            builders.add(Background.call(() -> {
                List<Network> networks = new ArrayList<>();
                for (int n = 0; n < 10_000 / threads; n++) {
                    Network network = Network.create();
                    Listener listener = network.listen("10.0.0.1:80");
                    Connection client = network.connect("10.0.0.1:80");
                    Text.write(client, message);
                    assertThat(Text.read(listener.accept())).isEqualTo(message);
                    networks.add(network);
                }
                return networks;
            }));
        }
        List<Network> all = new ArrayList<>();
        builders.forEach(builder -> all.addAll(builder.result()));

        assertThat(all).hasSize(10_000);
        all.forEach(Network::close);
    }

    @Test
    void aHundredThousandPairsLiveInOneNetwork() throws Exception {
        int pairs = 100_000;
        NetworkConfig config = NetworkConfig.builder().ephemeralPorts(1, 65535).build();
        try (Network network = Network.create(config)) {
            Listener first = network.listen("10.0.0.1:80").backlog(pairs);
            Listener second = network.listen("10.0.0.2:80").backlog(pairs);
            Connection last = null;
            for (int i = 0; i < pairs / 2; i++) {
                first.connect();
                last = second.connect();
            }
            assertThat(network.snapshot().connections()).hasSize(2 * pairs);
            for (int i = 0; i < pairs / 2; i++) {
                first.accept();
                second.accept();
            }

            Text.write(last, "hello");
            assertThat(Text.read(last.peer())).isEqualTo("hello");
        }
    }

    @Test
    void manyMoreBlockedVirtualThreadsThanCarriersDoNotPin() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this JDK has no virtual threads");
        int readers = 2_000;
        MethodHandle start = MethodHandles.publicLookup()
                .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        try (Network network = Network.create()) {
            AtomicInteger read = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(readers);
            List<ConnectionPair> pairs = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                ConnectionPair pair = network.pair();
                pairs.add(pair);
                startVirtual(start, () -> {
                    try {
                        read.addAndGet(Text.read(pair.server()).length());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    } finally {
                        done.countDown();
                    }
                });
            }
            for (int i = readers - 1; i >= 0; i--) {
                Text.write(pairs.get(i).client(), "x");
            }
            done.await();

            assertThat(read).hasValue(readers);
        }
    }

    private static void startVirtual(MethodHandle start, Runnable work) {
        try {
            Object thread = start.invoke(work);
            assertThat(thread).isNotNull();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
