package dev.nettest.jvm.internal.install;

import dev.nettest.jvm.internal.channel.RoutingSelectorProvider;
import dev.nettest.jvm.internal.platform.Switch;
import dev.nettest.jvm.internal.socket.SocketFactories;
import java.nio.channels.spi.SelectorProvider;

/** Makes the providers and factories of this artifact those of the JVM, as far as that is not done already. */
public final class Installation {

    private static final String SERVICE = "java.nio.channels.spi.SelectorProvider";

    private Installation() {}

    /**
     * Idempotent.
     *
     * @throws IllegalStateException if a claim would have no effect
     */
    public static void complete() {
        if (Switch.isOff()) {
            throw new IllegalStateException("a claim has no effect: -D" + Switch.PROPERTY + "=off turned the mode off");
        }
        SelectorProvider provider = SelectorProvider.provider();
        if (!(provider instanceof RoutingSelectorProvider)) {
            throw new IllegalStateException("a claim has no effect: the JVM took its channels from "
                    + provider.getClass().getName() + ", not from nettest-jvm. Set -D" + SERVICE + "="
                    + RoutingSelectorProvider.class.getName() + " on the command line of the JVM, in surefire's"
                    + " <argLine> or in Gradle's test { jvmArgs(...) }. nettest-jvm has to be on the class path of"
                    + " the system class loader");
        }
        SocketFactories.install();
    }
}
