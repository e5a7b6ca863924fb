package dev.nettest.internal.fault;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Faults;
import dev.nettest.Operation.Kind;
import dev.nettest.internal.util.CallSite;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Faults}. */
public final class FaultRegistry implements Faults {

    private static final Set<Effect> STREAM_EFFECTS = EnumSet.of(
            Effect.FAIL,
            Effect.UNREACHABLE,
            Effect.TIMEOUT,
            Effect.RESET,
            Effect.STALL,
            Effect.DELAY,
            Effect.SLICE,
            Effect.DRIP,
            Effect.CORRUPT);

    private static final Set<Effect> DATAGRAM_EFFECTS = EnumSet.of(
            Effect.FAIL,
            Effect.UNREACHABLE,
            Effect.TIMEOUT,
            Effect.STALL,
            Effect.DELAY,
            Effect.CORRUPT,
            Effect.DROP,
            Effect.DUPLICATE,
            Effect.REORDER);

    private static final Map<Kind, Set<Effect>> EFFECTS = Map.of(
            Kind.SEND, DATAGRAM_EFFECTS,
            Kind.RECEIVE, DATAGRAM_EFFECTS,
            Kind.READ, with(STREAM_EFFECTS, Effect.END_OF_STREAM),
            Kind.WRITE, with(STREAM_EFFECTS, Effect.HALF_CLOSE, Effect.SILENCE),
            Kind.ACCEPT, EnumSet.of(Effect.FAIL, Effect.TIMEOUT, Effect.RESET, Effect.STALL, Effect.DELAY),
            Kind.CONNECT,
                    EnumSet.of(
                            Effect.FAIL,
                            Effect.REFUSE,
                            Effect.UNREACHABLE,
                            Effect.TIMEOUT,
                            Effect.RESET,
                            Effect.STALL,
                            Effect.DELAY),
            Kind.CLOSE, EnumSet.of(Effect.FAIL, Effect.RESET, Effect.DELAY));

    private static final Set<Kind> MOVING_BYTES = EnumSet.of(Kind.READ, Kind.WRITE, Kind.SEND, Kind.RECEIVE);
    private static final Set<Kind> BUFFERED = EnumSet.of(Kind.READ, Kind.ACCEPT, Kind.RECEIVE);

    private final Scope scope;
    private final List<InstalledFault> installed = new CopyOnWriteArrayList<>();
    private final FaultEvaluator connects;
    private final AtomicLong connectCount = new AtomicLong();

    /** The number of random faults of each kind; null for none. */
    private @Nullable Map<Kind, Integer> randomFaults;

    public FaultRegistry(Scope scope) {
        this.scope = scope;
        this.connects = new FaultEvaluator(Kind.CONNECT, scope, () -> List.of(this), null);
    }

    /** The object that faults are installed on. */
    public interface Scope {

        /** The name in messages: "the network", "listener 127.0.0.1:80", "connection ...". */
        @Override
        String toString();

        /** Part of the seed of random generators: differs between scopes, equal in every run. */
        long rngKey();

        FaultContext context();

        /** The reason why no operation in the scope can meet such a fault; null if one can. */
        default @Nullable String refusal(Kind kind, Effect effect) {
            return null;
        }

        /**
         * Checks that a fault of {@code kind} can still act.
         *
         * @throws IllegalStateException if it is too late
         */
        default void checkInTime(Kind kind) {}

        /** Reevaluates every pending operation of {@code kind} in the scope. */
        void reevaluate(Kind kind);
    }

    @Override
    public FaultHandle read(Fault fault) {
        return install(Kind.READ, FaultSpec.from(fault));
    }

    @Override
    public FaultHandle write(Fault fault) {
        return install(Kind.WRITE, FaultSpec.from(fault));
    }

    @Override
    public FaultHandle accept(Fault fault) {
        return install(Kind.ACCEPT, FaultSpec.from(fault));
    }

    @Override
    public FaultHandle connect(Fault fault) {
        return install(Kind.CONNECT, FaultSpec.from(fault));
    }

    @Override
    public FaultHandle close(Fault fault) {
        return install(Kind.CLOSE, FaultSpec.from(fault));
    }

    @Override
    public FaultHandle send(Fault fault) {
        return install(Kind.SEND, FaultSpec.from(fault));
    }

    @Override
    public FaultHandle receive(Fault fault) {
        return install(Kind.RECEIVE, FaultSpec.from(fault));
    }

    @Override
    public void check(Kind kind, Fault fault) {
        check(Objects.requireNonNull(kind, "kind"), FaultSpec.from(fault));
    }

    private FaultHandle install(Kind kind, FaultSpec spec) {
        check(kind, spec);
        InstalledFault added = new InstalledFault(this, kind, spec, ordinal(kind, spec), CallSite.here());
        scope.context().remember(added); // refuses it if the network is down
        installed.add(added);
        if (kind == Kind.CONNECT) {
            connects.startCounting(connectCount.get() + 1, 0);
        }
        scope.reevaluate(kind);
        return added;
    }

    /** The fault's position among the random faults of its kind. Other faults do not change it. */
    private synchronized int ordinal(Kind kind, FaultSpec spec) {
        if (!spec.isRandom()) {
            return 0;
        }
        if (randomFaults == null) {
            randomFaults = new EnumMap<>(Kind.class);
        }
        return randomFaults.merge(kind, 1, Integer::sum);
    }

    void uninstall(InstalledFault fault) {
        if (installed.remove(fault)) {
            scope.reevaluate(fault.kind());
        }
    }

    private void check(Kind kind, FaultSpec spec) {
        scope.checkInTime(kind);
        String refusal = scope.refusal(kind, spec.effect());
        if (refusal != null) {
            throw new IllegalArgumentException("Fault." + spec + " on " + kind + ": " + refusal);
        }
        if (!EFFECTS.getOrDefault(kind, Set.of()).contains(spec.effect())) {
            refusal = "this effect cannot apply to it";
        } else if (spec.trigger().afterBytes() > 0 && !MOVING_BYTES.contains(kind)) {
            refusal = "it moves no bytes to count";
        } else if (spec.trigger().afterBuffered() && !BUFFERED.contains(kind)) {
            refusal = "nothing is buffered for it";
        }
        if (refusal != null) {
            throw new IllegalArgumentException("Fault." + spec + " on " + kind + ": " + refusal);
        }
    }

    private static Set<Effect> with(Set<Effect> effects, Effect... more) {
        EnumSet<Effect> all = EnumSet.copyOf(effects);
        all.addAll(List.of(more));
        return all;
    }

    public Scope scope() {
        return scope;
    }

    public List<InstalledFault> installed() {
        return installed;
    }

    public boolean isEmpty() {
        return installed.isEmpty();
    }

    public boolean hasFaultOf(Kind kind) {
        for (InstalledFault fault : installed) {
            if (fault.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /** The verdict of the faults of {@code scopes}, narrowest first, on a connect of {@code caller}. */
    public static Verdict evaluateConnect(List<FaultRegistry> scopes, FaultEvaluator.Caller caller) {
        Combination combination = new Combination();
        FaultEvaluator.Attempt attempt = new FaultEvaluator.Attempt(caller, FaultEvaluator.UNKNOWN);
        for (FaultRegistry scope : scopes) {
            scope.connects.addTo(combination, scope.connectCount.incrementAndGet(), 0, attempt);
        }
        return combination.verdict();
    }
}
