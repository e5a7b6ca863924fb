package dev.nettest.kernel;

/** Answers those who have asked, each with a number that is higher than those before: {@link Condition#CHANGED} once theirs is answered. */
public final class Notice extends Pollable {

    private long answered;

    public Notice() {
        super(new Monitor());
    }

    /** Answers everybody who has asked with {@code number} or a lower one. */
    public void answer(long number) {
        monitor.lock();
        answered = Math.max(answered, number);
        monitor.leave();
    }

    @Override
    boolean holds(int condition, long amount) {
        return condition == Condition.CHANGED && answered >= amount;
    }
}
