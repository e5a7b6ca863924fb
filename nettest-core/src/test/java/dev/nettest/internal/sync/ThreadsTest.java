package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Virtual threads, which a JDK before 21 does not have. */
class ThreadsTest {

    @Test
    void aPlatformThreadIsNotVirtual() {
        assertThat(Threads.isVirtual(Thread.currentThread())).isFalse();
    }

    @Test
    void aVirtualThreadIsVirtualIfThereAreAny() throws Exception {
        if (Runtime.version().feature() < 21) {
            assertThat(Thread.class.getMethods()).extracting("name").doesNotContain("startVirtualThread");
            return;
        }
        Thread virtual = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) () -> {});
        virtual.join();

        assertThat(Threads.isVirtual(virtual)).isTrue();
    }
}
