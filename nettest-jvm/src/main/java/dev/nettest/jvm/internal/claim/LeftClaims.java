package dev.nettest.jvm.internal.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The claims that a test, or the code of a JVM, left open. The end of a network closes its claims. */
public final class LeftClaims {

    /** Registers the hook with the first claim. */
    private static final class Hook {

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(LeftClaims::report, "nettest-jvm-claims"));
        }

        private Hook() {}

        static void register() {
            // the static initializer does it
        }
    }

    private LeftClaims() {}

    /**
     * Closes the claims that one of {@code threads} has opened, apart from {@code known} ones.
     *
     * @return the lines that opened them
     */
    public static List<String> close(List<ClaimImpl> known, Set<Thread> threads) {
        List<String> places = new ArrayList<>();
        for (ClaimImpl claim : Claims.all()) {
            if (!known.contains(claim)
                    && threads.contains(claim.opener())
                    && !claim.network().isClosed()) {
                Claims.close(claim);
                places.add(claim.place());
            }
        }
        return places;
    }

    static void reportAtTheEndOfTheJvm() {
        Hook.register();
    }

    private static void report() {
        for (ClaimImpl claim : Claims.all()) {
            if (!claim.network().isClosed()) {
                System.err.println("nettest: neither the claim at " + claim.place() + " nor its network was closed");
            }
        }
    }
}
