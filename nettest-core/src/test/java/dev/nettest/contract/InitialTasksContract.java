package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The initial size of a group with a cached thread pool. */
@Timeout(60)
abstract class InitialTasksContract {

    abstract AsynchronousChannelProvider provider();

    @Test
    void aBoundedExecutorGetsAsManyTasks() throws Exception {
        for (int size : new int[] {-1, 0, 2, 3}) {
            ThreadPoolExecutor executor =
                    new ThreadPoolExecutor(3, 3, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
            assertThat(tasks(executor, size)).isEqualTo(Math.max(0, size));
        }
    }

    @Test
    void anExecutorWithUnlimitedThreadsGetsNoneUnlessTheSizeIsNegative() throws Exception {
        for (int size : new int[] {-1, 0, 3}) {
            ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newCachedThreadPool();
            assertThat(tasks(executor, size))
                    .isEqualTo(size < 0 ? Runtime.getRuntime().availableProcessors() : 0);
        }
    }

    @Test
    void anExecutorThatIsShutDownIsTaken() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1);
        executor.shutdown();
        AsynchronousChannelGroup group = provider().openAsynchronousChannelGroup(executor, 1);
        group.shutdownNow();
        assertThat(group.isShutdown()).isTrue();
    }

    /** The number of tasks that the executor gets. The end of the group ends them. */
    private long tasks(ThreadPoolExecutor executor, int size) throws Exception {
        AsynchronousChannelGroup group = provider().openAsynchronousChannelGroup(executor, size);
        long tasks = executor.getTaskCount();
        group.shutdown();
        assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.getCompletedTaskCount()).isEqualTo(tasks);
        return tasks;
    }
}
