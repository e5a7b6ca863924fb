package dev.nettest.junit;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.Registration;
import dev.nettest.VirtualClock;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.opentest4j.TestAbortedException;

/**
 * The network of a test or of a class, its hosts, and the failures that it has explained. JUnit closes it with its
 * store from version 5.13 on, if nothing else has.
 */
final class TestNetwork implements AutoCloseable {

    private final Network network;
    private final Map<String, Host> hosts = new HashMap<>(); // guarded by this
    private final Map<String, List<String>> addresses = new HashMap<>(); // guarded by this
    private final Set<Throwable> explained = Collections.newSetFromMap(new IdentityHashMap<>()); // guarded by this
    private boolean failed; // guarded by this

    TestNetwork(NetworkConfig config) {
        this.network = Network.create(config);
    }

    Network network() {
        return network;
    }

    /** The host of {@code wanted}, made by the first parameter that names it. */
    synchronized Host host(NetworkHost wanted) {
        String name = wanted.name();
        List<String> given = Arrays.asList(wanted.addresses());
        Host known = hosts.get(name);
        if (known == null) {
            if (given.isEmpty()) {
                throw new ParameterResolutionException("@NetworkHost(name = \"" + name
                        + "\") gives no addresses, and no earlier parameter of this network has made the host");
            }
            known = network.host(name, wanted.addresses());
            hosts.put(name, known);
            addresses.put(name, given);
        } else if (!given.isEmpty() && !given.equals(addresses.get(name))) {
            throw new ParameterResolutionException("@NetworkHost(name = \"" + name + "\") has the addresses " + given
                    + ", but an earlier parameter has made the host with " + addresses.get(name));
        }
        return known;
    }

    /** Runs code of the test. An interrupt, such as that of a timeout, ends its waits. */
    <T extends @Nullable Object> T run(Invocation<T> invocation) throws Throwable {
        Registration limit = network.failInterruptedWaits();
        try {
            return runRegistered(invocation);
        } finally {
            limit.cancel();
        }
    }

    /** On a self-advancing clock the thread is registered meanwhile. */
    private <T extends @Nullable Object> T runRegistered(Invocation<T> invocation) throws Throwable {
        if (!(network.clock() instanceof VirtualClock clock) || !clock.isSelfAdvancing()) {
            return invocation.proceed();
        }
        Participation registered = network.participate();
        try {
            return invocation.proceed();
        } finally {
            registered.close();
        }
    }

    /**
     * Attaches the network's report and the page of its trace to a failure, once. After a failure the end of the
     * network checks nothing.
     */
    synchronized void explain(ExtensionContext context, Throwable failure) {
        failed = true;
        if (!(failure instanceof TestAbortedException) && explained.add(failure)) {
            network.explain(failure);
            TracePages.attach(context, network, failure);
        }
    }

    /** Closes the network. Checks it unless a test has failed. */
    void end() {
        boolean unchecked;
        synchronized (this) {
            unchecked = failed;
        }
        if (unchecked) {
            network.shutdown();
        } else {
            network.close();
        }
    }

    @Override
    public void close() {
        network.shutdown();
    }
}
