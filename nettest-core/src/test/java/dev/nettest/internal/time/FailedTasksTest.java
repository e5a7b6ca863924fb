package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The last failures of tasks: how many are kept, and their texts. */
class FailedTasksTest {
    private final FailedTasks tasks = new FailedTasks();

    @Test
    void theLastEightAreKept() {
        for (int i = 1; i <= 8; i++) {
            tasks.add(new Failure("failure " + i));
        }
        assertThat(tasks.texts()).hasSize(8);
        assertThat(tasks.texts().get(0)).endsWith("failure 1");

        tasks.add(new Failure("failure 9"));

        assertThat(tasks.texts()).hasSize(8);
        assertThat(tasks.texts().get(0)).endsWith("failure 2");
        assertThat(tasks.texts().get(7)).endsWith("failure 9");
    }

    @Test
    void aTextNamesTheThreadAndTheLine() {
        IllegalStateException failure = new IllegalStateException("boom");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("app.Task", "run", "Task.java", 12)});

        tasks.add(failure);

        assertThat(tasks.texts())
                .containsExactly("thread \"" + Thread.currentThread().getName()
                        + "\": java.lang.IllegalStateException: boom, at Task.java:12");
    }

    /** An exception without a stack, as an optimising JVM throws it. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message, null, false, false);
        }
    }
}
