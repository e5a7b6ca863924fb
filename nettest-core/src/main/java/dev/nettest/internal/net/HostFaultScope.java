package dev.nettest.internal.net;

import dev.nettest.Operation;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.util.Seeds;

/** The fault scope of a host: its listeners, datagram endpoints and connection ends. */
record HostFaultScope(HostImpl host) implements FaultRegistry.Scope {

    @Override
    public NetworkImpl context() {
        return host.network();
    }

    @Override
    public long rngKey() {
        return Seeds.seed("host".hashCode(), host.name().hashCode());
    }

    @Override
    public void reevaluate(Operation.Kind kind) {
        host.listeners().forEach(listener -> listener.faultScope().reevaluateOwn(kind));
        host.endpoints().forEach(endpoint -> endpoint.scope().reevaluate(kind));
        host.ends().forEach(end -> end.faultScope().reevaluate(kind));
    }

    @Override
    public String toString() {
        return host.toString();
    }
}
