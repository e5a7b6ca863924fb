package dev.nettest;

import dev.nettest.kernel.Timers;
import java.util.SplittableRandom;

/** What one fault has counted at one end. Used by one thread at a time. */
final class FaultTally {

    private final Trigger trigger;
    private final long firstNumber;
    private final long firstOffset;
    private final long since;
    private final SplittableRandom dice;

    private long considered;
    private long chosen;
    private long judgedNumber = -1;
    private boolean judgedHit;

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

    /** Whether the fault acts on this operation; the same answer however often it is asked about the same number. */
    boolean hits(Operation.Kind kind, long number, long offset, long now, FaultJudge.Subject subject) {
        if (bytesLeft(offset) > 0 || now - dueFrom() < 0) {
            return false;
        }
        if (judgedNumber != number) {
            judgedNumber = number;
            judgedHit = false; // also if the predicate throws
            judgedHit = isChosen(kind, number, offset, subject);
        }
        return judgedHit;
    }

    private boolean isChosen(Operation.Kind kind, long number, long offset, FaultJudge.Subject subject) {
        if (trigger.predicate() != null) {
            Operation operation = new Operation(
                    kind,
                    number - firstNumber + 1,
                    offset - firstOffset,
                    subject.localAddress(),
                    subject.remoteAddress());
            if (!trigger.predicate().test(operation)) {
                return false;
            }
        }
        considered++;
        boolean inOrder = (trigger.nth() == 0 || considered == trigger.nth()) && considered % trigger.every() == 0;
        boolean lucky = trigger.probability() == 1 || dice.nextDouble() < trigger.probability();
        return inOrder && lucky && ++chosen <= trigger.first();
    }

    long roll() {
        return dice.nextLong();
    }
}
