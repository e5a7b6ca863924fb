package dev.nettest.consumers;

import dev.nettest.Network;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Claims addresses that the suite does not use, before the first test, if {@code nettest.claim} is true. */
public final class UnrelatedClaim implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (Boolean.getBoolean("nettest.claim")) {
            Network network = Network.create();
            try {
                // by name: only one profile has nettest-jvm
                Class.forName("dev.nettest.jvm.JvmNetwork")
                        .getMethod("claim", Network.class)
                        .invoke(null, network);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the claim failed", e);
            }
            System.out.println("claimed for " + network);
        }
    }
}
