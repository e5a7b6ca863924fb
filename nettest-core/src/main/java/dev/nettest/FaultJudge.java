package dev.nettest;

import dev.nettest.kernel.Callbacks;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import dev.nettest.kernel.Verdict.Effect;
import java.net.SocketAddress;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the faults of several scopes, narrowest first, do to one kind of operation of one end. Every fault counts every
 * operation that it considers, so that one fault's dice and numbers do not depend on another's; the first that hits wins. Used
 * by one thread at a time.
 */
final class FaultJudge {

    private static final Verdict PASS = new Verdict(Effect.PASS, 0, Long.MAX_VALUE, Timers.NEVER, false, null);

    private final Operation.Kind kind;
    private final Supplier<List<Faults>> scopes;
    private final Network network;
    private final long diceKey;
    private final IdentityHashMap<InstalledFault, FaultTally> tallies = new IdentityHashMap<>();

    FaultJudge(Operation.Kind kind, Supplier<List<Faults>> scopes, Network network, long diceKey) {
        this.kind = kind;
        this.scopes = scopes;
        this.network = network;
        this.diceKey = diceKey;
    }

    /** Whose operation it is. */
    interface Subject {
        SocketAddress localAddress();

        SocketAddress remoteAddress();
    }

    /** A verdict's source where a fault's predicate threw. */
    record Broken(InstalledFault fault, Throwable failure) implements Verdict.Source {
        @Override
        public void fired() {
            fault.fired();
        }
    }

    Verdict judge(long number, long offset, Subject subject) {
        long now = network.timers().now();
        long limit = Long.MAX_VALUE;
        long rejudgeAt = Timers.NEVER;
        Verdict winner = null;
        for (Faults scope : scopes.get()) {
            for (InstalledFault fault : scope.installed()) {
                if (fault.kind() != kind) {
                    continue;
                }
                FaultTally tally = tallies.computeIfAbsent(fault, added -> newTally(added, number, offset, now));
                Verdict verdict = judge(fault, tally, number, offset, now, subject);
                if (winner != null) {
                    continue;
                }
                winner = verdict;
                if (tally.bytesLeft(offset) > 0) {
                    limit = Math.min(limit, tally.bytesLeft(offset));
                } else if (tally.dueFrom() - now > 0) {
                    rejudgeAt = Math.min(rejudgeAt, tally.dueFrom());
                }
            }
        }
        return winner == null ? pass(limit, rejudgeAt) : winner.within(limit, rejudgeAt);
    }

    private @Nullable Verdict judge(
            InstalledFault fault, FaultTally tally, long number, long offset, long now, Subject subject) {
        boolean[] hit = {false};
        try {
            Callbacks.runNested(() -> hit[0] = tally.hits(kind, number, offset, now, subject));
        } catch (Throwable e) {
            return verdict(Effect.FAIL, 0, fault, new Broken(fault, e));
        }
        return hit[0] ? verdict(fault, tally) : null;
    }

    private static Verdict verdict(InstalledFault installed, FaultTally tally) {
        Fault fault = installed.fault();
        return switch (fault.effect()) {
            case FAIL, REFUSE, UNREACHABLE, TIMEOUT -> verdict(Effect.FAIL, 0, installed, installed);
            case RESET -> verdict(Effect.RESET, 0, installed, installed);
            case END_OF_STREAM -> verdict(Effect.END, 0, installed, installed);
            case STALL -> verdict(Effect.STALL, 0, installed, installed);
            case DELAY -> verdict(Effect.DELAY, fault.amount(), installed, installed);
            case SLICE -> verdict(Effect.SLICE, fault.amount(), installed, installed);
            case CORRUPT -> verdict(Effect.CORRUPT, tally.roll(), installed, installed);
        };
    }

    private static Verdict verdict(Effect effect, long amount, InstalledFault fault, Verdict.Source source) {
        boolean giveWay = fault.fault().trigger().afterBuffered();
        return new Verdict(effect, amount, Long.MAX_VALUE, Timers.NEVER, giveWay, source);
    }

    private static Verdict pass(long limit, long rejudgeAt) {
        boolean plain = limit == Long.MAX_VALUE && rejudgeAt == Timers.NEVER;
        return plain ? PASS : PASS.within(limit, rejudgeAt);
    }

    private FaultTally newTally(InstalledFault fault, long number, long offset, long now) {
        long seed = Dice.seed(
                network.seed(), fault.scope().scope().diceKey(), kind.name().hashCode(), fault.ordinal(), diceKey);
        return new FaultTally(fault.fault().trigger(), number, offset, now, seed);
    }
}
