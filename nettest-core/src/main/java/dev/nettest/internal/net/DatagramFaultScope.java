package dev.nettest.internal.net;

import dev.nettest.Operation.Kind;
import dev.nettest.internal.datagram.DatagramSocketQueue;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.EndpointFaultScope;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Seeds;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fault scope of a datagram endpoint. */
final class DatagramFaultScope extends EndpointFaultScope {

    private static final List<Kind> OPERATIONS = List.of(Kind.SEND, Kind.RECEIVE, Kind.CLOSE);
    private static final String PROTOCOL = "udp";

    private final DatagramEndpointImpl endpoint;

    DatagramFaultScope(DatagramEndpointImpl endpoint) {
        super(OPERATIONS);
        this.endpoint = endpoint;
    }

    @Override
    protected void addWiderScopes(List<FaultRegistry> scopes) {
        scopes.add(endpoint.host().faults());
        scopes.add(context().faults());
    }

    @Override
    public void reevaluate(Kind kind) {
        if (endpoint.binding().isBound()) { // bind() installs existing faults; the seed depends on the bound address
            super.reevaluate(kind);
        }
    }

    @Override
    protected void evaluate(Kind kind, FaultEvaluator evaluator) {
        DatagramSocketQueue queue = endpoint.queue();
        boolean sized = evaluator.hasPredicate();
        queue.lock();
        try {
            if (kind == Kind.SEND) {
                queue.sends().evaluate(evaluator, sized);
            } else {
                queue.evaluateReceives(evaluator, sized);
            }
        } finally {
            queue.leave();
        }
    }

    /** The verdict that fails the close, fired; null if none does. */
    @Nullable
    Verdict failedClose() {
        Verdict verdict = evaluateClose();
        if (verdict == null || verdict.effect() != Effect.FAIL) {
            // The other effects of a close fault act on a peer, and a datagram endpoint has none.
            return null;
        }
        verdict.fire(this);
        return verdict;
    }

    @Override
    public @Nullable String refusal(Kind kind, Effect effect) {
        return switch (kind) {
            case SEND, RECEIVE -> null;
            case CLOSE -> effect == Effect.FAIL ? null : "no peer learns of the close of a datagram endpoint";
            default -> "a datagram endpoint only sends, receives and closes";
        };
    }

    @Override
    public NetworkImpl context() {
        return endpoint.network();
    }

    @Override
    public long rngKey() {
        return Seeds.seed(PROTOCOL.hashCode(), endpoint.binding().place().hashCode());
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
    public void onFired(InstalledFault fault) {
        context().events().record(EventKind.FAULT, endpoint, 0, fault);
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
