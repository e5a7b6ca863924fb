package dev.nettest;

/** A network as the scope of faults. */
record NetworkScope(Network network) implements Faults.Scope {

    @Override
    public long diceKey() {
        return 1;
    }

    @Override
    public void renew(Operation.Kind kind) {
        for (Listener listener : network.book().owners()) {
            listener.renew(kind);
        }
        for (DatagramEndpoint endpoint : network.datagrams().all()) {
            endpoint.scope().renew(kind);
        }
        for (Connection connection : network.connections().all()) {
            connection.life().scope().renew(kind);
        }
    }

    @Override
    public String toString() {
        return "the network";
    }
}
