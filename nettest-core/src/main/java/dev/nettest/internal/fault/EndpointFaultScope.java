package dev.nettest.internal.fault;

import dev.nettest.Operation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as a scope of faults: a connection end, a listener or a datagram endpoint. The faults of wider scopes
 * act on its operations too. It keeps one {@link FaultEvaluator} for each kind of operation.
 */
public abstract class EndpointFaultScope implements FaultRegistry.Scope, FaultEvaluator.Caller {

    private final List<Kind> operations;
    private volatile @Nullable FaultRegistry faults;

    /** Made when the first fault of a kind concerns the endpoint. Guarded by this. */
    private @Nullable Map<Kind, FaultEvaluator> evaluators;

    /** @param operations the operations that the endpoint has and that faults can concern */
    protected EndpointFaultScope(List<Kind> operations) {
        this.operations = operations;
    }

    /** Adds the registries of the wider scopes, narrowest first. */
    protected abstract void addWiderScopes(List<FaultRegistry> scopes);

    /**
     * Invalidates the pending verdict on operations of {@code kind}, or starts to evaluate them. Not called for
     * CLOSE.
     */
    protected abstract void evaluate(Kind kind, FaultEvaluator evaluator);

    /** The faults installed on this endpoint itself. */
    public final FaultRegistry faults() {
        FaultRegistry existing = faults;
        if (existing != null) {
            return existing;
        }
        synchronized (this) {
            if (faults == null) {
                faults = new FaultRegistry(this);
            }
            return faults;
        }
    }

    /** As {@link #faults}; null if no caller has asked for it yet. */
    public final @Nullable FaultRegistry knownFaults() {
        return faults;
    }

    private List<FaultRegistry> scopes() {
        List<FaultRegistry> scopes = new ArrayList<>(4);
        FaultRegistry own = faults;
        if (own != null) {
            scopes.add(own);
        }
        addWiderScopes(scopes);
        return scopes;
    }

    /** Starts to evaluate the operations that faults concern already. Call it when the endpoint is made. */
    public final void installExistingFaults() {
        List<FaultRegistry> scopes = scopes();
        for (Kind kind : operations) {
            if (hasFaultOf(kind, scopes)) {
                reevaluateOwn(kind);
            }
        }
    }

    private static boolean hasFaultOf(Kind kind, List<FaultRegistry> scopes) {
        for (FaultRegistry scope : scopes) {
            if (scope.hasFaultOf(kind)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void reevaluate(Kind kind) {
        reevaluateOwn(kind);
    }

    /** Reevaluates the pending operation of {@code kind} of this endpoint. */
    public final void reevaluateOwn(Kind kind) {
        if (!operations.contains(kind)) {
            return;
        }
        FaultEvaluator evaluator = evaluator(kind);
        if (kind == Kind.CLOSE) {
            evaluator.startCounting(1, 0); // an endpoint closes once, and a close waits for nothing
        } else {
            evaluate(kind, evaluator);
        }
    }

    private synchronized FaultEvaluator evaluator(Kind kind) {
        if (evaluators == null) {
            evaluators = new EnumMap<>(Kind.class);
        }
        return evaluators.computeIfAbsent(kind, added -> new FaultEvaluator(added, this, this::scopes, this));
    }

    /** The verdict on the close of the endpoint; null if no fault concerns it. The caller fires it. */
    protected final @Nullable Verdict evaluateClose() {
        return hasFaultOf(Kind.CLOSE, scopes()) ? evaluator(Kind.CLOSE).evaluate(1, 0, FaultEvaluator.UNKNOWN) : null;
    }
}
