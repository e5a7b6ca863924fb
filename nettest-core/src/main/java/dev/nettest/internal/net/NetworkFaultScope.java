package dev.nettest.internal.net;

import dev.nettest.Operation;
import dev.nettest.internal.fault.FaultRegistry;

/** The fault scope of a network: everything in it. */
record NetworkFaultScope(NetworkImpl network) implements FaultRegistry.Scope {

    @Override
    public NetworkImpl context() {
        return network;
    }

    @Override
    public long rngKey() {
        return 1;
    }

    @Override
    public void reevaluate(Operation.Kind kind) {
        for (ListenerImpl listener : network.listeners()) {
            listener.faultScope().reevaluateOwn(kind);
        }
        for (DatagramEndpointImpl endpoint : network.udpTable().all()) {
            endpoint.scope().reevaluate(kind);
        }
        for (ConnectionImpl connection : network.connectionTable().all()) {
            connection.faultScope().reevaluate(kind);
        }
    }

    @Override
    public String toString() {
        return "the network";
    }
}
