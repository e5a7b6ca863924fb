package dev.nettest;

import dev.nettest.kernel.Timers;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one fault has counted at one end. Holds no lock while it asks the fault's predicate. */
final class FaultTally {

    private final Trigger trigger;
    private final long firstNumber;
    private final long firstOffset;
    private final long since;
    private final SplittableRandom dice;

    private long considered;
    private long judgedNumber = -1;
    private Answer judged = Answer.MISS;
    private long rolledNumber = -1;
    private long rolled;

    /** Operations that it acted on, and the last of them, on which it may still turn out not to act. */
    private long acted;

    private long actedNumber = -1;

    FaultTally(Trigger trigger, long number, long offset, long now, long seed) {
        this.trigger = trigger;
        this.firstNumber = number;
        this.firstOffset = offset;
        this.since = now;
        this.dice = new SplittableRandom(seed);
    }

    /** Bytes that may still move before the fault may be due; 0 when that many have. */
    long bytesLeft(long offset) {
        return Math.max(0, trigger.afterBytes() - (offset - firstOffset));
    }

    /** The instant from which the fault may be due. */
    long dueFrom() {
        return Timers.deadline(since, trigger.afterNanos());
    }

    /** Whether the fault acts on an operation, or what its predicate threw. */
    record Answer(boolean isHit, @Nullable Throwable thrown) {
        static final Answer HIT = new Answer(true, null);
        static final Answer MISS = new Answer(false, null);
    }

    /** The same answer however often it is asked about the same number. */
    Answer judge(Operation.Kind kind, long number, long offset, long now, FaultJudge.Subject subject) {
        if (bytesLeft(offset) > 0 || now - dueFrom() < 0) {
            return Answer.MISS;
        }
        synchronized (this) {
            if (judgedNumber == number) {
                return judged;
            }
        }
        boolean accepted = false;
        Throwable thrown = null;
        try {
            accepted = accepts(kind, number, offset, subject);
        } catch (Throwable e) {
            thrown = e;
        }
        synchronized (this) {
            judgedNumber = number;
            boolean hit = accepted && isChosen();
            judged = thrown == null ? (hit ? Answer.HIT : Answer.MISS) : new Answer(false, thrown);
            return judged;
        }
    }

    private boolean accepts(Operation.Kind kind, long number, long offset, FaultJudge.Subject subject) {
        Predicate<? super Operation> predicate = trigger.predicate();
        return predicate == null
                || predicate.test(new Operation(
                        kind,
                        number - firstNumber + 1,
                        offset - firstOffset,
                        subject.localAddress(),
                        subject.remoteAddress()));
    }

    private boolean isChosen() {
        considered++;
        boolean inOrder = (trigger.nth() == 0 || considered == trigger.nth()) && considered % trigger.every() == 0;
        boolean lucky = trigger.probability() == 1 || dice.nextDouble() < trigger.probability();
        return inOrder && lucky && acted < trigger.first();
    }

    /** Whether it is the one that acts on operation {@code number}; the last word on a number holds. */
    synchronized void acts(long number, boolean it) {
        if (it && actedNumber != number) {
            actedNumber = number;
            acted++;
        } else if (!it && actedNumber == number) {
            actedNumber = -1;
            acted--;
        }
    }

    /** The dice for operation {@code number}, rolled once for it. */
    synchronized long roll(long number) {
        if (rolledNumber != number) {
            rolledNumber = number;
            rolled = dice.nextLong();
        }
        return rolled;
    }
}
