package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Network;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualThreadStatsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VirtualThread[#30]/runnable@ForkJoinPool-1-worker-1 | ForkJoinPool-1-",
                "VirtualThread[#30,a@b]/runnable@ForkJoinPool-2-worker-15 | ForkJoinPool-2-",
                "VirtualThread[#30]/runnable@ForkJoinPool-12-worker-1 | ForkJoinPool-12",
                "VirtualThread[#30]/runnable@carrier-1 | ForkJoinPool-",
                "VirtualThread[#30]/waiting | ForkJoinPool-"
            })
    void theTextOfARunningVirtualThreadNamesItsCarrier(String text, String beginning) {
        assertThat(VirtualThreadStats.carriers(text)).isEqualTo(beginning);
    }

    /** Needs a virtual machine of its own: its first pool of this kind is not that of the carriers. */
    @Test
    @Timeout(60)
    void aBusyPoolThatIsOlderThanTheCarriersDoesNotCount() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "virtual threads cannot be probed before JDK 24");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), OlderPool.class.getName())
                .redirectErrorStream(true)
                .start();

        try {
            assertThat(child.inputReader().lines()).contains("idle");
            assertThat(child.waitFor()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    static final class OlderPool {
        private OlderPool() {}

        public static void main(String[] arguments) throws Exception {
            ForkJoinPool pool = new ForkJoinPool(1);
            CountDownLatch busy = new CountDownLatch(1);
            pool.execute(() -> {
                busy.countDown();
                while (!pool.isShutdown()) {
                    Thread.onSpinWait();
                }
            });
            busy.await();
            try (Network network = Network.create()) {
                LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
                CountDownLatch registered = new CountDownLatch(1);
                Runnable waits = () -> {
                    network.participate();
                    registered.countDown();
                    try {
                        queue.take();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, waits);
                registered.await();
                network.awaitIdle();
                System.out.println("idle");
                queue.add("end");
            }
            pool.shutdownNow();
        }
    }
}
