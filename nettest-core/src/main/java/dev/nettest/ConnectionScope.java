package dev.nettest;

import dev.nettest.Operation.Kind;
import dev.nettest.kernel.End;
import dev.nettest.kernel.Judge;
import dev.nettest.kernel.Verdict;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of a connection as the scope of faults, and as the one whose operations they judge. */
final class ConnectionScope implements Faults.Scope, FaultJudge.Subject {

    private final ConnectionLife life;
    private volatile @Nullable Faults faults;
    private volatile @Nullable FaultJudge closes;

    ConnectionScope(ConnectionLife life) {
        this.life = life;
    }

    Faults faults() {
        Faults existing = faults;
        if (existing != null) {
            return existing;
        }
        synchronized (this) {
            if (faults == null) {
                faults = new Faults(this);
            }
            return faults;
        }
    }

    /** The scopes whose faults this end feels, narrowest first. */
    private List<Faults> scopes() {
        List<Faults> scopes = new ArrayList<>(4);
        scopes.add(faults());
        Listener origin = life.listener();
        if (origin != null) {
            scopes.add(origin.faults());
        }
        Host machine = life.home();
        if (machine != null) {
            scopes.add(machine.faults());
        }
        scopes.add(network().faults());
        return scopes;
    }

    /** The end's own faults; null where nobody has asked for them. */
    @Nullable
    Faults knownFaults() {
        return faults;
    }

    boolean isConcerned(Kind kind) {
        Faults own = faults;
        Listener origin = life.listener();
        Host machine = life.home();
        return (own != null && own.concerns(kind))
                || (origin != null && origin.faults().concerns(kind))
                || (machine != null && machine.faults().concerns(kind))
                || network().faults().concerns(kind);
    }

    /** Installs the judges of faults that were there before this end. */
    void judgeFromBirth() {
        for (Kind kind : List.of(Kind.READ, Kind.WRITE, Kind.CLOSE)) {
            if (isConcerned(kind)) {
                renew(kind);
            }
        }
    }

    @Override
    public void renew(Kind kind) {
        if (kind == Kind.CLOSE) {
            closes().meet(1, 0);
        }
        if (kind != Kind.READ && kind != Kind.WRITE) {
            return; // judged when they happen
        }
        FaultJudge judge = new FaultJudge(kind, this::scopes, network(), diceKey());
        Judge bound = (number, offset) -> judge.judge(number, offset, this, true);
        End end = life.end();
        end.lock();
        try {
            if (kind == Kind.READ) {
                end.judgeReads(bound, network().timers());
            } else {
                end.judgeWrites(bound, network().timers());
            }
        } finally {
            end.leave();
        }
    }

    private FaultJudge closes() {
        FaultJudge existing = closes;
        if (existing != null) {
            return existing;
        }
        synchronized (this) {
            if (closes == null) {
                closes = new FaultJudge(Kind.CLOSE, this::scopes, network(), diceKey());
            }
            return closes;
        }
    }

    /** The verdict about a close; null where no fault concerns it. */
    @Nullable
    Verdict judgeClose() {
        if (!isConcerned(Kind.CLOSE)) {
            return null;
        }
        Verdict verdict = closes().judge(1, 0, this, true);
        if (verdict.source() != null) {
            verdict.source().fired();
        }
        return verdict;
    }

    @Override
    public @Nullable String refusal(Kind kind, Fault.Effect effect) {
        return switch (kind) {
            case ACCEPT -> "a connection accepts nothing; install it on its listener";
            case SEND, RECEIVE -> "a connection carries no datagrams; install it on a datagram endpoint";
            default -> null;
        };
    }

    /** Whether its handshake is done, so that no fault of a dial can concern it any more. */
    boolean isEstablished() {
        return life.isEstablished();
    }

    @Override
    public Network network() {
        return life.network();
    }

    @Override
    public SocketAddress localAddress() {
        return life.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return life.remoteAddress();
    }

    @Override
    public long diceKey() {
        return life.diceKey();
    }

    @Override
    public String toString() {
        return life.toString();
    }
}
