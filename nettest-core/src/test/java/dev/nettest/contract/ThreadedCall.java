package dev.nettest.contract;

import java.util.Arrays;

/** One call of a {@link ThreadedScript} on a thread of its own: blocked, or finished with an outcome. */
final class ThreadedCall implements Runnable {
    private final ThreadedStep step;
    private final Outcome.Call body;
    private volatile Thread thread;
    private volatile String outcome;

    ThreadedCall(ThreadedStep step, Outcome.Call body) {
        this.step = step;
        this.body = body;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        outcome = Outcome.of(body);
    }

    /** Null before it runs. */
    Thread thread() {
        return thread;
    }

    String slot() {
        return step.slot();
    }

    ThreadedStep step() {
        return step;
    }

    boolean isDone() {
        return outcome != null;
    }

    /** Null while it is blocked. */
    String outcome() {
        return outcome;
    }

    @Override
    public String toString() {
        Thread runs = thread;
        return step + (runs == null ? "" : " at " + Arrays.toString(runs.getStackTrace()));
    }
}
