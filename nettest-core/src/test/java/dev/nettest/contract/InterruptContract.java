package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Behaviour of interrupts that is the same for all JDK types, and helpers of the two interrupt contracts. */
abstract class InterruptContract extends Contract {

    /** The outcome, and the interrupt status afterwards. */
    static String withStatus(Outcome.Call call) {
        String outcome = Outcome.of(call);
        return outcome + (Thread.interrupted() ? ", interrupted" : ", not interrupted");
    }

    final Task interrupted(Outcome.Call call) {
        return Task.start(backend, "interrupted before", () -> {
            Thread.currentThread().interrupt();
            return withStatus(call);
        });
    }

    final Task interruptedWhenBlocked(Outcome.Call call) {
        Task task = Task.start(backend, "interrupted when blocked", () -> withStatus(call));
        task.awaitBlocked();
        task.interrupt();
        return task;
    }

    @Test
    void anInterruptedThreadCanShutAndClose() throws IOException {
        Pair pair = backend.pair();
        Task task = interrupted(() -> {
            pair.client().shutdownOutput();
            pair.client().shutdownInput();
            boolean open = pair.client().isOpen();
            pair.client().close();
            return open;
        });
        assertThat(task.outcome()).isEqualTo("true, interrupted");
        assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
    }

    static void needsVirtualThreads() {
        Assumptions.assumeTrue(Task.virtualThreadsExist(), "virtual threads come with JDK 21");
    }

    final String virtualInterruptedWhenBlocked(Outcome.Call call) {
        Task task = Task.startVirtual(backend, "interrupted when blocked", () -> withStatus(call));
        task.awaitBlocked();
        task.interrupt();
        return task.outcome();
    }

    final String virtualInterrupted(Outcome.Call call) {
        return Task.startVirtual(backend, "interrupted before", () -> {
                    Thread.currentThread().interrupt();
                    return withStatus(call);
                })
                .outcome();
    }
}
