package dev.nettest;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listener as the scope of faults, and as the one whose accepts they judge. */
record ListenerScope(Listener listener) implements Faults.Scope, FaultJudge.Subject {

    @Override
    public Network network() {
        return listener.network();
    }

    @Override
    public long diceKey() {
        return Dice.seed(listener.place().hashCode());
    }

    @Override
    public @Nullable String refusal(Operation.Kind kind, Fault.Effect effect) {
        return kind == Operation.Kind.SEND || kind == Operation.Kind.RECEIVE
                ? "a listener gets no datagrams; install it on a datagram endpoint"
                : null;
    }

    @Override
    public void renew(Operation.Kind kind) {
        listener.renew(kind);
        for (Connection connection : network().connections().all()) {
            if (connection.life().isFrom(listener)) {
                connection.life().scope().renew(kind);
            }
        }
    }

    @Override
    public SocketAddress localAddress() {
        return listener.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return listener.localAddress();
    }

    @Override
    public String toString() {
        return listener.toString();
    }
}
