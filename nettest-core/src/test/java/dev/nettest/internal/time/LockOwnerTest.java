package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The owner of the lock for which a thread waits. */
@Timeout(30)
class LockOwnerTest {
    private final Object monitor = new Object();
    private Thread waiter;

    @AfterEach
    void join() throws InterruptedException {
        waiter.interrupt();
        waiter.join();
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    private void start(Waiting waiting, Thread.State state) {
        waiter = new Thread(
                () -> {
                    try {
                        waiting.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // ends the thread
                    }
                },
                "waiter");
        waiter.start();
        while (waiter.getState() != state) {
            Thread.onSpinWait();
        }
    }

    private static LockOwner thisThread() {
        return new LockOwner(
                Thread.currentThread().getId(), Thread.currentThread().getName());
    }

    @Test
    void aMonitorHasAnOwner() {
        synchronized (monitor) {
            start(
                    () -> {
                        synchronized (monitor) {
                            assertThat(Thread.holdsLock(monitor)).isTrue();
                        }
                    },
                    Thread.State.BLOCKED);

            assertThat(LockOwner.mayExistFor(waiter)).isTrue();
            assertThat(LockOwner.of(waiter)).isEqualTo(thisThread());
        }
    }

    @Test
    void aReentrantLockHasAnOwner() {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();
        start(lock::lockInterruptibly, Thread.State.WAITING);

        assertThat(LockOwner.mayExistFor(waiter)).isTrue();
        assertThat(LockOwner.of(waiter)).isEqualTo(thisThread());
    }

    /** The JDK does not note the readers. */
    @Test
    void aLockThatIsReadHasNone() {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        lock.readLock().lock();
        start(() -> lock.writeLock().lockInterruptibly(), Thread.State.WAITING);

        assertThat(LockOwner.mayExistFor(waiter)).isTrue();
        assertThat(LockOwner.of(waiter)).isNull();
    }

    @Test
    void aSemaphoreAndALatchHaveNone() throws Exception {
        start(new Semaphore(0)::acquire, Thread.State.WAITING);
        assertThat(LockOwner.of(waiter)).isNull();
        join();

        start(new CountDownLatch(1)::await, Thread.State.WAITING);
        assertThat(LockOwner.of(waiter)).isNull();
    }

    @Test
    void aThreadThatWaitsForNoLockHasNone() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        start(
                () -> {
                    while (end.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                },
                Thread.State.RUNNABLE);

        assertThat(LockOwner.mayExistFor(waiter)).isFalse();
        assertThat(LockOwner.of(waiter)).extracting(LockOwner::name).isNull();
        assertThat(LockOwner.of(waiter)).extracting(LockOwner::id).isEqualTo(-1L);
        end.countDown();
    }
}
