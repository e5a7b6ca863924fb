package dev.nettest.internal.fault;

import dev.nettest.Operation.Kind;
import dev.nettest.internal.util.Seeds;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the faults of several scopes, narrowest first, for one kind of operation of one endpoint. A
 * {@link Combination} chooses those that act, and only these use up their {@code first} limit. Every fault counts every
 * operation, so the random numbers and counts of one fault do not depend on another fault. Any thread may call it. It
 * holds no lock while it calls a predicate.
 */
public final class FaultEvaluator {

    /** The length of an operation that has none, or whose length is not known before. */
    static final int UNKNOWN = -1;

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

        /** A fault acted on one of its operations. A lock may be held. */
        void onFired(InstalledFault fault);
    }

    /**
     * One operation.
     *
     * @param length the bytes of its datagram; {@link #UNKNOWN} otherwise
     */
    record Attempt(Caller caller, int length) {}

    /** The endpoint for which this was made. */
    Caller caller() {
        return Objects.requireNonNull(caller, "caller");
    }

    /** True if a fault has a predicate, so that the length of a datagram must be known first. */
    public boolean hasPredicate() {
        for (FaultRegistry scope : scopes.get()) {
            for (InstalledFault fault : scope.installed()) {
                if (fault.kind() == kind && fault.spec().trigger().predicate() != null) {
                    return true;
                }
            }
        }
        return false;
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

    /**
     * The verdict on one operation of the endpoint for which this was made.
     *
     * @param length the bytes of its datagram; {@link #UNKNOWN} otherwise
     */
    Verdict evaluate(long number, long offset, int length) {
        Combination combination = new Combination();
        addTo(combination, number, offset, new Attempt(caller(), length));
        return combination.verdict();
    }

    /**
     * Adds the faults that concern one operation.
     *
     * @param offset bytes moved by the preceding operations, and by this one so far
     */
    void addTo(Combination combination, long number, long offset, Attempt attempt) {
        long now = owner.context().timers().now();
        for (FaultRegistry scope : scopes.get()) {
            for (InstalledFault fault : scope.installed()) {
                if (fault.kind() == kind) {
                    TriggerState state = state(fault, number, offset, now);
                    Verdict.Hit hit = state.evaluate(number, offset, now, attempt);
                    if (hit == null) {
                        combination.addOther(state, number, offset, now);
                    } else {
                        combination.add(hit, state, number);
                    }
                }
            }
        }
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
