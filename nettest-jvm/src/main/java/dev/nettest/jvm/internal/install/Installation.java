package dev.nettest.jvm.internal.install;

import dev.nettest.jvm.internal.async.RoutingAsynchronousProvider;
import dev.nettest.jvm.internal.channel.RoutingSelectorProvider;
import dev.nettest.jvm.internal.platform.Switch;
import dev.nettest.jvm.internal.socket.SocketFactories;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;

/** Makes the providers and factories of this artifact those of the JVM, as far as that is not done already. */
public final class Installation {

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
        check(SelectorProvider.provider(), SelectorProvider.class, RoutingSelectorProvider.class);
        check(
                AsynchronousChannelProvider.provider(),
                AsynchronousChannelProvider.class,
                RoutingAsynchronousProvider.class);
        SocketFactories.install();
    }

    private static void check(Object found, Class<?> service, Class<?> expected) {
        if (expected.isInstance(found)) {
            return;
        }
        String name = found.getClass().getName();
        if (name.equals(expected.getName())) {
            throw new IllegalStateException("a claim has no effect: the JVM took its channels from the nettest-jvm of "
                    + found.getClass().getClassLoader() + ", and this claim is made by that of "
                    + expected.getClassLoader() + ". Load nettest-jvm by the system class loader only");
        }
        throw new IllegalStateException("a claim has no effect: the JVM took its channels from " + name
                + ", not from nettest-jvm. Set -D" + service.getName() + "=" + expected.getName()
                + " on the command line of the JVM, in surefire's <argLine> or in Gradle's test { jvmArgs(...) }."
                + " nettest-jvm has to be on the class path of the system class loader");
    }
}
