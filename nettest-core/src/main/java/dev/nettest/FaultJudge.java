package dev.nettest;

import dev.nettest.kernel.Callbacks;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import dev.nettest.kernel.Verdict.Effect;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the faults of several scopes, narrowest first, do to one kind of operation of one end. Every fault counts every
 * operation that it considers, so that one fault's dice and numbers do not depend on another's; the first that hits wins, and
 * only that uses up what {@code first} allows. Any thread may call it; it holds no lock while it asks a predicate.
 */
final class FaultJudge {

    private static final Verdict PASS = new Verdict(Effect.PASS, 0, Long.MAX_VALUE, Timers.NEVER, false, null);

    private final Operation.Kind kind;
    private final Supplier<List<Faults>> scopes;
    private final Network network;
    private final long diceKey;
    private final Map<InstalledFault, FaultTally> tallies = new ConcurrentHashMap<>(2);

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

    /** Has the faults that are installed begin to count before operation {@code number}. */
    void meet(long number, long offset) {
        long now = network.timers().now();
        for (Faults scope : scopes.get()) {
            for (InstalledFault fault : scope.installed()) {
                if (fault.kind() == kind) {
                    tallies.computeIfAbsent(fault, added -> newTally(added, number, offset, now));
                }
            }
        }
    }

    /** @param mayAct whether no other fault acts on the operation already */
    Verdict judge(long number, long offset, Subject subject, boolean mayAct) {
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
                boolean acts = mayAct && winner == null && verdict != null;
                tally.acts(number, acts);
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
        FaultTally.Answer[] answer = {FaultTally.Answer.MISS};
        Callbacks.runNested(() -> answer[0] = tally.judge(kind, number, offset, now, subject));
        Throwable thrown = answer[0].thrown();
        if (thrown != null) {
            return verdict(Effect.FAIL, 0, fault, new Broken(fault, thrown));
        }
        return answer[0].isHit() ? verdict(fault, tally, number) : null;
    }

    private static Verdict verdict(InstalledFault installed, FaultTally tally, long number) {
        Fault fault = installed.fault();
        return switch (fault.effect()) {
            case FAIL, REFUSE, UNREACHABLE, TIMEOUT -> verdict(Effect.FAIL, 0, installed, installed);
            case RESET -> verdict(Effect.RESET, 0, installed, installed);
            case END_OF_STREAM -> verdict(Effect.END, 0, installed, installed);
            case STALL -> verdict(Effect.STALL, 0, installed, installed);
            case DELAY -> verdict(Effect.DELAY, fault.amount(), installed, installed);
            case SLICE -> verdict(Effect.SLICE, fault.amount(), installed, installed);
            case CORRUPT -> verdict(Effect.CORRUPT, tally.roll(number), installed, installed);
            case DROP -> verdict(Effect.DROP, 0, installed, installed);
            case DUPLICATE -> verdict(Effect.DUPLICATE, fault.amount(), installed, installed);
            case REORDER -> verdict(Effect.REORDER, fault.amount(), installed, installed);
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
