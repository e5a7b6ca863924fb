package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Network;
import dev.nettest.Participation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files that stay open between the probes of a thread, as {@code /proc/self/fd} shows them. */
@Timeout(20)
class ProcFilesTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int THREADS = 20;

    /** The directories of the threads of this test. */
    private final Queue<Path> tasks = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void checkProc() {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "there is no /proc");
    }

    /** Too many open files are no sign that a thread has ended. A directory cannot be read either. */
    @Test
    void aFileThatCannotBeReadIsEmptyIfItExists() {
        ProcFiles files = new ProcFiles(false);

        assertThat(files.read(DESCRIPTORS.toString(), false)).isEqualTo(ByteBuffer.allocate(0));
        assertThat(files.read(DESCRIPTORS.toString(), true)).isEqualTo(ByteBuffer.allocate(0));
        assertThat(files.read("/proc/self/task/0/stat", false)).isNull();
        assertThat(files.read("/proc/self/task/0/stat", true)).isNull();
    }

    @Test
    void filesAreClosedWithTheThread() throws Exception {
        try (Network network = Network.create()) {
            CountDownLatch end = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(network.threadFactory().newThread(() -> await(end)));
            }
            threads.forEach(Thread::start);

            network.awaitIdle();
            assertThat(network.isIdle()).isTrue();
            assertThat(opened()).hasSize(2 * THREADS);

            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(opened()).isEmpty();
        }
    }

    @Test
    void filesAreClosedWithTheRegistration() throws Exception {
        try (Network network = Network.create()) {
            CountDownLatch end = new CountDownLatch(1);
            CountDownLatch registered = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            CountDownLatch exit = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                Participation registration = network.participate();
                registered.countDown();
                await(end);
                registration.close();
                ended.countDown();
                await(exit);
            });
            thread.start();
            registered.await();

            network.awaitIdle();
            assertThat(network.isIdle()).isTrue();
            assertThat(opened()).hasSize(2);

            end.countDown();
            ended.await();
            assertThat(opened()).isEmpty();
            exit.countDown();
            thread.join();
        }
    }

    /** The open files of the threads of this test. */
    private Set<String> opened() throws IOException {
        Set<String> opened = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : descriptors.toList()) {
                String target = target(descriptor);
                if (tasks.stream().anyMatch(task -> target.startsWith(task + "/"))) {
                    opened.add(target);
                }
            }
        }
        return opened;
    }

    /** Empty if the descriptor was closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** The current thread is one of this test. */
    private void await(CountDownLatch latch) {
        try {
            tasks.add(Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self"))));
            latch.await();
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
