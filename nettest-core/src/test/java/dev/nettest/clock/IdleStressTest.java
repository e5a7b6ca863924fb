package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Threads hand jobs to each other through queues and through the network, while a counter holds the number of jobs
 * left. If the network is idle, the counter must be zero. {@code -Dnettest.idle.checks=1000000} checks more often.
 */
class IdleStressTest {
    private static final int CHECKS = Integer.getInteger("nettest.idle.checks", 20_000);
    private static final int RELAYS = 2;
    private static final int MAX_HOPS = 24;
    private static final int END = -1;

    private final AtomicInteger left = new AtomicInteger();
    private final Queue<Exception> ended = new ConcurrentLinkedQueue<>();

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void isNeverIdleWhileAJobIsLeft() throws Exception {
        try (Network network = Network.create()) {
            ExecutorService pool = Executors.newFixedThreadPool(RELAYS, network.threadFactory());
            List<BlockingQueue<Integer>> queues = new ArrayList<>();
            List<Connection> starts = new ArrayList<>();
            for (int i = 0; i < RELAYS; i++) {
                queues.add(new LinkedBlockingQueue<>());
            }
            for (int i = 0; i < RELAYS; i++) {
                ConnectionPair pair = network.pair();
                starts.add(pair.client());
                BlockingQueue<Integer> own = queues.get(i);
                BlockingQueue<Integer> next = queues.get((i + 1) % RELAYS);
                // One task moves jobs from the network into a queue; the other from a queue into a queue or the
                // network.
                network.executor().execute(() -> untilClosed(() -> fromNetwork(pair.server(), own)));
                pool.execute(() -> untilClosed(() -> fromQueue(own, next, pair.client())));
            }
            SplittableRandom random = new SplittableRandom(network.seed());
            int idle = 0;
            for (int check = 0; check < CHECKS || idle == 0; check++) {
                if (network.isIdle()) {
                    assertThat(left.get())
                            .as("jobs at check %d, after %d times idle", check, idle)
                            .isZero();
                    idle++;
                    int jobs = 1 + random.nextInt(3);
                    left.addAndGet(jobs);
                    for (int job = 0; job < jobs; job++) {
                        int hops = random.nextInt(MAX_HOPS);
                        int relay = random.nextInt(RELAYS);
                        if (random.nextBoolean()) {
                            queues.get(relay).put(hops);
                        } else {
                            starts.get(relay).write(one(hops));
                        }
                    }
                }
            }
            network.awaitIdle();
            assertThat(left).hasValue(0);
            pool.shutdownNow();
        }
    }

    /** A thread of the JDK wakes a virtual thread that waits for a monitor, after the monitor was released. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void virtualThreadsThatWaitForMonitorsAreNotOverlooked() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "virtual threads cannot be probed before JDK 24");
        try (Network network = Network.create()) {
            List<Mailbox> mailboxes = List.of(new Mailbox(), new Mailbox());
            for (int i = 0; i < mailboxes.size(); i++) {
                Mailbox own = mailboxes.get(i);
                Mailbox next = mailboxes.get((i + 1) % mailboxes.size());
                CountDownLatch registered = new CountDownLatch(1);
                startVirtual(() -> {
                    network.participate();
                    registered.countDown();
                    untilClosed(() -> fromMailbox(own, next));
                });
                registered.await();
            }
            SplittableRandom random = new SplittableRandom(network.seed());
            int idle = 0;
            for (int check = 0; check < CHECKS || idle == 0; check++) {
                if (network.isIdle()) {
                    assertThat(left.get())
                            .as("jobs at check %d, after %d times idle", check, idle)
                            .isZero();
                    idle++;
                    left.incrementAndGet();
                    mailboxes.get(random.nextInt(mailboxes.size())).put(random.nextInt(MAX_HOPS));
                }
            }
            network.awaitIdle();
            assertThat(left).hasValue(0);
            mailboxes.forEach(mailbox -> mailbox.put(END));
        }
    }

    /**
     * The querying thread is not registered, so a probe may be running at that moment. It answers older queries only.
     */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void aQueryIsNotAnsweredByAnEarlierProbe() throws Exception {
        NetworkConfig config =
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build();
        try (Network network = Network.create(config)) {
            CountDownLatch end = new CountDownLatch(1);
            CountDownLatch registered = new CountDownLatch(1);
            Background<Void> test = Background.run(() -> {
                network.participate();
                registered.countDown();
                end.await();
            });
            registered.await();
            Background<Void> querier = Background.run(() -> {
                while (end.getCount() > 0) {
                    network.whenIdle(Duration.ofDays(1)).toCompletableFuture().get();
                }
            });
            ExecutorService pool = Executors.newFixedThreadPool(1, network.threadFactory());
            BlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
            pool.execute(() -> untilClosed(() -> fromQueue(queue, queue, null)));
            for (int check = 0; check < CHECKS / 4; check++) {
                left.incrementAndGet();
                queue.put(0);
                network.whenIdle(Duration.ofDays(1)).toCompletableFuture().get();
                assertThat(left).as("check %d", check).hasValue(0);
            }
            end.countDown();
            test.result();
            querier.result();
            pool.shutdownNow();
        }
    }

    private void fromMailbox(Mailbox from, Mailbox to) throws Exception {
        for (int hops = from.take(); hops != END; hops = from.take()) {
            if (hops == 0) {
                left.decrementAndGet();
            } else {
                to.put(hops - 1);
            }
        }
    }

    private static final class Mailbox {
        private final List<Integer> letters = new ArrayList<>();

        synchronized void put(int letter) {
            letters.add(letter);
            notifyAll();
        }

        synchronized int take() throws InterruptedException {
            while (letters.isEmpty()) {
                wait();
            }
            return letters.remove(0);
        }
    }

    private static void startVirtual(Runnable work) throws ReflectiveOperationException {
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    }

    private void fromNetwork(Connection from, BlockingQueue<Integer> to) throws Exception {
        ByteBuffer one = ByteBuffer.allocate(1);
        while (from.read(one.clear()) > 0) {
            hop(one.get(0), to, null);
        }
    }

    private void fromQueue(BlockingQueue<Integer> from, BlockingQueue<Integer> queue, Connection connection)
            throws Exception {
        while (true) {
            hop(from.take(), queue, connection);
        }
    }

    private void hop(int hops, BlockingQueue<Integer> queue, Connection connection) throws Exception {
        if (hops == 0) {
            left.decrementAndGet();
        } else if (connection != null && hops % 2 == 0) {
            connection.write(one(hops - 1));
        } else {
            queue.put(hops - 1);
        }
    }

    private static ByteBuffer one(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }

    private void untilClosed(Background.Action action) {
        try {
            action.run();
        } catch (Exception e) {
            ended.add(e); // the network is closed
        }
    }
}
