package dev.nettest;

import dev.nettest.Fault.Effect;
import dev.nettest.Operation.Kind;
import dev.nettest.kernel.Verdict;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one scope: a {@link Connection}, a {@link Listener}, a {@link DatagramEndpoint}, a {@link Host} or a
 * {@link Network}.
 *
 * <p>A fault is felt by the end that <em>calls</em> the operation. On a connection that is this connection. On a listener
 * {@link #accept} is the listener's own, {@link #connect} means dials to it, and {@link #read}, {@link #write} and {@link #close} the
 * accepted ends. On a datagram endpoint {@link #send}, {@link #receive} and {@link #close} are its own. On a host or a network it is all
 * of its ends, and {@link #connect} the dials from it. Ends that exist feel it at once, also those that are blocked.
 *
 * <p>Where several are due the narrowest scope wins, connection before listener before host before network, and within a scope
 * the one that was installed first. Only the winner acts. Any thread may install and take out.
 */
public final class Faults {

    private static final Set<Effect> OF_TRANSFERS = EnumSet.of(
            Effect.FAIL,
            Effect.UNREACHABLE,
            Effect.TIMEOUT,
            Effect.RESET,
            Effect.STALL,
            Effect.DELAY,
            Effect.SLICE,
            Effect.CORRUPT);

    private static final Set<Effect> OF_DATAGRAMS = EnumSet.of(
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
            Kind.SEND, OF_DATAGRAMS,
            Kind.RECEIVE, OF_DATAGRAMS,
            Kind.READ, with(OF_TRANSFERS, Effect.END_OF_STREAM),
            Kind.WRITE, OF_TRANSFERS,
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

    private static final Set<Kind> BYTES_MOVERS = EnumSet.of(Kind.READ, Kind.WRITE, Kind.SEND, Kind.RECEIVE);
    private static final Set<Kind> BUFFERED = EnumSet.of(Kind.READ, Kind.ACCEPT, Kind.RECEIVE);

    private final Scope scope;
    private final List<InstalledFault> installed = new CopyOnWriteArrayList<>();
    private final AtomicLong dials = new AtomicLong();

    /** By kind, how many faults have rolled dice; null for none. */
    private @Nullable Map<Kind, Integer> ordinals;

    private volatile @Nullable FaultJudge connects;

    Faults(Scope scope) {
        this.scope = scope;
    }

    /** What faults are installed on. */
    interface Scope {

        /** The name in messages: "network", "listener 127.0.0.1:80", "connection ...". */
        @Override
        String toString();

        /** Tells the generators of different scopes apart; the same in every run. */
        long diceKey();

        Network network();

        /** Why nothing in the scope could ever feel a fault of {@code kind} with such an effect; null where something can. */
        default @Nullable String refusal(Kind kind, Effect effect) {
            return null;
        }

        /** Has everything in the scope judge its pending operation of {@code kind} anew. */
        void renew(Kind kind);
    }

    /**
     * Changes reads: every effect but {@code refuse}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a read
     */
    public FaultHandle read(Fault fault) {
        return install(Kind.READ, fault);
    }

    /**
     * Changes writes: every effect but {@code refuse} and {@code endOfStream}; not {@code afterBuffered}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a write
     */
    public FaultHandle write(Fault fault) {
        return install(Kind.WRITE, fault);
    }

    /**
     * Changes accepts: {@code failWith}, {@code timeout}, {@code reset}, {@code stall}, {@code delayed}; not {@code afterBytes}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to an accept, or the scope is a connection
     */
    public FaultHandle accept(Fault fault) {
        return install(Kind.ACCEPT, fault);
    }

    /**
     * Changes connects: {@code failWith}, {@code refuse}, {@code unreachable}, {@code timeout}, {@code reset}, {@code stall},
     * {@code delayed}; not {@code afterBytes}. On a connection it can only be installed before the handshake, in the connect hook.
     * Occurrences are counted in this scope.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a connect
     * @throws IllegalStateException on a connection that is established
     */
    public FaultHandle connect(Fault fault) {
        if (scope instanceof ConnectionScope end && end.isEstablished()) {
            throw new IllegalStateException(
                    "a connect fault on a connection is installed before the handshake, in the connect hook; " + scope
                            + " is established");
        }
        return install(Kind.CONNECT, fault);
    }

    /**
     * Changes closes: {@code failWith}, {@code reset}, {@code delayed}; not {@code afterBytes}. A close that fails still closes.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a close
     */
    public FaultHandle close(Fault fault) {
        return install(Kind.CLOSE, fault);
    }

    /**
     * Changes sends of datagrams: {@code failWith}, {@code unreachable}, {@code timeout}, {@code stall}, {@code delayed},
     * {@code corrupt}, {@code drop}, {@code duplicate}, {@code reorder}; not {@code afterBuffered}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a send, or the scope is a connection or a listener
     */
    public FaultHandle send(Fault fault) {
        return install(Kind.SEND, fault);
    }

    /**
     * Changes receives of datagrams: as {@link #send}, and {@code afterBuffered}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a receive, or the scope is a connection or a listener
     */
    public FaultHandle receive(Fault fault) {
        return install(Kind.RECEIVE, fault);
    }

    private FaultHandle install(Kind kind, Fault fault) {
        check(kind, fault);
        InstalledFault added = new InstalledFault(this, kind, fault, ordinal(kind, fault), Birthplace.here());
        installed.add(added);
        scope.network().remember(added);
        if (kind == Kind.CONNECT) {
            connects().meet(dials.get() + 1, 0);
        }
        scope.renew(kind);
        return new FaultHandle(added);
    }

    /** Its place among the faults of its kind that roll dice, so that one that does not roll leaves the others' alone. */
    private synchronized int ordinal(Kind kind, Fault fault) {
        if (!fault.rollsDice()) {
            return 0;
        }
        if (ordinals == null) {
            ordinals = new EnumMap<>(Kind.class);
        }
        return ordinals.merge(kind, 1, Integer::sum);
    }

    void uninstall(InstalledFault fault) {
        if (installed.remove(fault)) {
            scope.renew(fault.kind());
        }
    }

    private void check(Kind kind, Fault fault) {
        String refusal = scope.refusal(kind, fault.effect());
        if (refusal != null) {
            throw new IllegalArgumentException("Fault." + fault + " on " + kind + ": " + refusal);
        }
        if (!EFFECTS.getOrDefault(kind, Set.of()).contains(fault.effect())) {
            refusal = "this effect cannot apply to it";
        } else if (fault.trigger().afterBytes() > 0 && !BYTES_MOVERS.contains(kind)) {
            refusal = "it moves no bytes to count";
        } else if (fault.trigger().afterBuffered() && !BUFFERED.contains(kind)) {
            refusal = "nothing is buffered for it";
        }
        if (refusal != null) {
            throw new IllegalArgumentException("Fault." + fault + " on " + kind + ": " + refusal);
        }
    }

    private static Set<Effect> with(Set<Effect> effects, Effect more) {
        EnumSet<Effect> all = EnumSet.copyOf(effects);
        all.add(more);
        return all;
    }

    Scope scope() {
        return scope;
    }

    List<InstalledFault> installed() {
        return installed;
    }

    boolean concerns(Kind kind) {
        for (InstalledFault fault : installed) {
            if (fault.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /**
     * What this scope makes of the next dial.
     *
     * @param mayAct whether no narrower scope's fault acts already
     */
    Verdict judgeConnect(FaultJudge.Subject subject, boolean mayAct) {
        return connects().judge(dials.incrementAndGet(), 0, subject, mayAct);
    }

    private FaultJudge connects() {
        FaultJudge existing = connects;
        if (existing != null) {
            return existing;
        }
        synchronized (this) {
            if (connects == null) {
                connects = new FaultJudge(Kind.CONNECT, () -> List.of(this), scope.network(), scope.diceKey());
            }
            return connects;
        }
    }
}
