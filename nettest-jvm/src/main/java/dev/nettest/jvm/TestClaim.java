package dev.nettest.jvm;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import dev.nettest.jvm.internal.claim.LeftClaims;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/** The claim of a test or of a class. JUnit closes it with its store from version 5.13 on, if nothing else has. */
final class TestClaim implements AutoCloseable {

    private final Network network;
    private final boolean ownsNetwork;
    private final Claim claim;
    private final List<ClaimImpl> known;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean failed;

    TestClaim(Network network, boolean ownsNetwork, ClaimConfig config, String test) {
        this.network = network;
        this.ownsNetwork = ownsNetwork;
        this.claim = JvmNetwork.claim(network, config, test);
        this.known = Claims.all();
    }

    /** A network for a test without a {@link dev.nettest.junit.NetworkExtension}. */
    static Network network() {
        return Network.create(NetworkConfig.builder().checks(true).build());
    }

    Claim claim() {
        return claim;
    }

    boolean ownsNetwork() {
        return ownsNetwork;
    }

    /** Registers the current thread meanwhile. */
    <T extends @Nullable Object> T run(Invocation<T> invocation) throws Throwable {
        threads.add(Thread.currentThread());
        if (network.isClosed()) {
            return invocation.proceed();
        }
        Participation registered = network.participate();
        try {
            return invocation.proceed();
        } finally {
            registered.close();
        }
    }

    void failed(Throwable failure) {
        failed = true;
        if (ownsNetwork) {
            network.explain(failure);
        }
    }

    /** The failure of a test is not hidden by what the end of its network finds. */
    @Override
    public void close() {
        List<String> left = LeftClaims.close(known, threads);
        try {
            claim.close();
            if (!left.isEmpty()) {
                throw new AssertionError("the test left claims open, which were opened at " + String.join(", ", left));
            }
        } catch (AssertionError e) {
            if (!failed) {
                throw e;
            }
        } finally {
            if (ownsNetwork) {
                endNetwork();
            }
        }
    }

    private void endNetwork() {
        if (failed) {
            network.shutdown();
        } else {
            network.close();
        }
    }
}
