package dev.nettest;

import dev.nettest.Operation.Kind;
import dev.nettest.kernel.DatagramQueue;
import dev.nettest.kernel.Judge;
import dev.nettest.kernel.Verdict;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A datagram endpoint as the scope of faults, and as the one whose operations they judge. */
final class DatagramScope implements Faults.Scope, FaultJudge.Subject {

    private static final String PROTOCOL = "udp";

    private final DatagramEndpoint endpoint;
    private final Faults faults = new Faults(this);
    private @Nullable FaultJudge closes;

    DatagramScope(DatagramEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    Faults faults() {
        return faults;
    }

    private List<Faults> scopes() {
        return List.of(faults, endpoint.host().faults(), network().faults());
    }

    @Override
    public Network network() {
        return endpoint.network();
    }

    @Override
    public long diceKey() {
        return Dice.seed(PROTOCOL.hashCode(), endpoint.place().hashCode());
    }

    @Override
    public @Nullable String refusal(Kind kind, Fault.Effect effect) {
        return switch (kind) {
            case SEND, RECEIVE -> null;
            case CLOSE -> effect == Fault.Effect.FAIL ? null : "no peer learns of the close of a datagram endpoint";
            default -> "a datagram endpoint only sends, receives and closes";
        };
    }

    /** Installs the judges of faults that were there before this endpoint. */
    void judgeFromBirth() {
        for (Kind kind : List.of(Kind.SEND, Kind.RECEIVE, Kind.CLOSE)) {
            if (isConcerned(kind)) {
                renew(kind);
            }
        }
    }

    private boolean isConcerned(Kind kind) {
        return faults.concerns(kind)
                || endpoint.host().faults().concerns(kind)
                || network().faults().concerns(kind);
    }

    @Override
    public void renew(Kind kind) {
        if (!endpoint.isBound()) {
            return; // judged from birth, when it has an address to split its dice by
        }
        if (kind == Kind.CLOSE) {
            closes().meet(1, 0);
        }
        if (kind != Kind.SEND && kind != Kind.RECEIVE) {
            return;
        }
        FaultJudge judge = new FaultJudge(kind, this::scopes, network(), diceKey());
        Judge bound = (number, offset) -> judge.judge(number, offset, this, true);
        DatagramQueue queue = endpoint.queue();
        queue.lock();
        try {
            if (kind == Kind.SEND) {
                queue.judgeSends(bound);
            } else {
                queue.judgeReceives(bound);
            }
        } finally {
            queue.leave();
        }
    }

    private synchronized FaultJudge closes() {
        if (closes == null) {
            closes = new FaultJudge(Kind.CLOSE, this::scopes, network(), diceKey());
        }
        return closes;
    }

    /** The verdict that has this close fail; null for none. */
    @Nullable
    Verdict failedClose() {
        if (!isConcerned(Kind.CLOSE)) {
            return null;
        }
        Verdict verdict = closes().judge(1, 0, this, true);
        if (verdict.effect() != Verdict.Effect.FAIL) {
            return null; // what else a fault of the whole network may do to a close tells a peer, and here is none
        }
        if (verdict.source() != null) {
            verdict.source().fired();
        }
        return verdict;
    }

    @Override
    public SocketAddress localAddress() {
        return endpoint.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        SocketAddress peer = endpoint.remoteAddress();
        return peer == null ? Addresses.UNBOUND : peer;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
