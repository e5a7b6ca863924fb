package dev.nettest;

/** A host as the scope of faults. */
record HostScope(Host host) implements Faults.Scope {

    @Override
    public Network network() {
        return host.network();
    }

    @Override
    public long diceKey() {
        return Dice.seed("host".hashCode(), host.name().hashCode());
    }

    @Override
    public void renew(Operation.Kind kind) {
        host.listeners().forEach(listener -> listener.renew(kind));
        host.endpoints().forEach(endpoint -> endpoint.scope().renew(kind));
        host.ends().forEach(end -> end.scope().renew(kind));
    }

    @Override
    public String toString() {
        return host.toString();
    }
}
