package dev.nettest.clock;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A test on a system without {@code /proc}, run in a process of its own. It prints how each of its calls ended. */
final class WithoutProc {

    private WithoutProc() {}

    public static void main(String[] args) throws Exception {
        try (Network network = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build())) {
            network.participate();
            ExecutorService counted = network.newExecutor();
            counted.submit(() -> {}).get();
            print("beside an idle thread of newExecutor()", network);

            ExecutorService pool = Executors.newSingleThreadExecutor(network.threadFactory());
            pool.submit(() -> {}).get();
            print("beside an idle thread of threadFactory()", network);
            pool.shutdown();
            counted.shutdown();
        }
        System.exit(0);
    }

    private static void print(String what, Network network) throws InterruptedException {
        try {
            network.clock().sleep(Duration.ofSeconds(30));
            System.out.println(what + ": " + network.clock());
        } catch (AssertionError e) {
            System.out.println(what + ": " + e.getMessage().lines().findFirst().orElseThrow());
        }
    }
}
