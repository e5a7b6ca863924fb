package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of an executor: after its shutdown and its last task, in either order. */
class TaskCountTest {
    private final TaskCount tasks = new TaskCount();

    @AfterEach
    void theLockIsFree() {
        assertThat(tasks.monitor.isLocked()).isFalse();
    }

    private boolean isOver() {
        return tasks.isReady(ReadyBits.CLOSED, 1);
    }

    @Test
    void itIsOverAfterTheLastTask() {
        tasks.begin();
        tasks.begin();
        tasks.shutdown();
        assertThat(isOver()).isFalse();
        tasks.end();
        assertThat(isOver()).isFalse();
        tasks.end();

        assertThat(isOver()).isTrue();
        assertThat(tasks.isReady(ReadyBits.READABLE, 1)).isFalse();
    }

    @Test
    void itIsNotOverBeforeItsShutdown() {
        tasks.begin();
        tasks.end();
        assertThat(isOver()).isFalse();

        tasks.shutdown();

        assertThat(isOver()).isTrue();
    }
}
