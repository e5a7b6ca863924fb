package dev.nettest.internal.fault;

import dev.nettest.Operation.Kind;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Seeds;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the faults of several scopes, narrowest first, for one kind of operation of one endpoint. The first fault
 * that hits wins. Only the winner uses up its {@code first} limit. Every fault counts every operation, so the random
 * numbers and counts of one fault do not depend on another fault. Any thread may call it. It holds no lock while it
 * calls a predicate.
 */
public final class FaultEvaluator {

    private final Kind kind;
    private final FaultRegistry.Scope owner;
    private final Supplier<List<FaultRegistry>> scopes;
    private final @Nullable Caller caller;
    private final Map<InstalledFault, TriggerState> states = new ConcurrentHashMap<>(2);

    /**
     * @param scopes the scopes whose faults are evaluated now, narrowest first
     * @param caller the endpoint that performs the operations; null if every evaluation names its own
     */
    FaultEvaluator(
            Kind kind, FaultRegistry.Scope owner, Supplier<List<FaultRegistry>> scopes, @Nullable Caller caller) {
        this.kind = kind;
        this.owner = owner;
        this.scopes = scopes;
        this.caller = caller;
    }

    /** The endpoint that performs an operation. */
    public interface Caller {
        SocketAddress localAddress();

        SocketAddress remoteAddress();
    }

    /** Starts the counters of all installed faults before operation {@code number}. */
    void startCounting(long number, long offset) {
        long now = owner.context().timers().now();
        for (FaultRegistry scope : scopes.get()) {
            for (InstalledFault fault : scope.installed()) {
                if (fault.kind() == kind) {
                    state(fault, number, offset, now);
                }
            }
        }
    }

    /** The verdict on one operation of the endpoint for which this was made. */
    Verdict evaluate(long number, long offset) {
        return evaluate(number, offset, Objects.requireNonNull(caller, "caller"), true);
    }

    /**
     * The verdict on one operation.
     *
     * @param offset bytes moved by the preceding operations, and by this one so far
     * @param mayAct false if a fault of a narrower scope acts on the operation already
     */
    Verdict evaluate(long number, long offset, Caller caller, boolean mayAct) {
        long now = owner.context().timers().now();
        long limit = Long.MAX_VALUE;
        long reevaluateAt = Timers.NEVER;
        Verdict winner = null;
        for (FaultRegistry scope : scopes.get()) {
            for (InstalledFault fault : scope.installed()) {
                if (fault.kind() != kind) {
                    continue;
                }
                TriggerState state = state(fault, number, offset, now);
                Verdict verdict = state.evaluate(number, offset, now, caller);
                state.setActs(number, mayAct && winner == null && verdict != null);
                if (winner != null) {
                    continue;
                }
                winner = verdict;
                if (state.bytesLeft(offset) > 0) {
                    limit = Math.min(limit, state.bytesLeft(offset));
                } else if (!Timers.isPast(state.dueFrom(), now)) {
                    reevaluateAt = Math.min(reevaluateAt, state.dueFrom());
                }
            }
        }
        return winner == null ? Verdict.pass(limit, reevaluateAt) : winner.within(limit, reevaluateAt);
    }

    private TriggerState state(InstalledFault fault, long number, long offset, long now) {
        TriggerState existing = states.get(fault);
        return existing != null
                ? existing
                : states.computeIfAbsent(fault, added -> new TriggerState(added, number, offset, now, seed(added)));
    }

    private long seed(InstalledFault fault) {
        return Seeds.seed(
                owner.context().seed(),
                fault.registry().scope().rngKey(),
                kind.name().hashCode(),
                fault.ordinal(),
                owner.rngKey());
    }
}
