package dev.nettest.jvm.internal.platform;

import java.lang.reflect.InvocationTargetException;
import java.net.SocketImpl;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The providers and sockets of the platform itself, made at their first use. */
public final class Platform {

    private Platform() {}

    private static volatile @Nullable SelectorProvider selectors;
    private static volatile @Nullable AsynchronousChannelProvider asynchronous;

    /**
     * The platform's own provider of channels and selectors.
     *
     * @throws IllegalStateException if it cannot be reached; the text names the flag that helps
     */
    public static SelectorProvider selectorProvider() {
        SelectorProvider found = selectors;
        if (found == null) {
            found = selectorProviderOfJdk();
            selectors = found;
        }
        return found;
    }

    /** The platform's own provider of asynchronous channels. It throws like {@link #selectorProvider()}. */
    public static AsynchronousChannelProvider asynchronousChannelProvider() {
        AsynchronousChannelProvider found = asynchronous;
        if (found == null) {
            found = (AsynchronousChannelProvider) PlatformClasses.instance(asynchronousProviderClass());
            asynchronous = found;
        }
        return found;
    }

    /** A socket implementation of the platform. It throws like {@link #selectorProvider()}. */
    public static SocketImpl socketImpl(boolean server) {
        return (SocketImpl) PlatformClasses.instance("sun.nio.ch.NioSocketImpl", server);
    }

    private static SelectorProvider selectorProviderOfJdk() {
        try {
            return (SelectorProvider) Class.forName("sun.nio.ch.DefaultSelectorProvider")
                    .getMethod("get")
                    .invoke(null);
        } catch (IllegalAccessException e) {
            return (SelectorProvider) PlatformClasses.instance(selectorProviderClass());
        } catch (ClassNotFoundException | NoSuchMethodException | InvocationTargetException e) {
            throw new IllegalStateException("this JDK has no sun.nio.ch.DefaultSelectorProvider.get()", e);
        }
    }

    private static String selectorProviderClass() {
        String system = system();
        if (system.startsWith("linux")) {
            return "sun.nio.ch.EPollSelectorProvider";
        }
        if (system.startsWith("windows")) {
            return "sun.nio.ch.WEPollSelectorProvider";
        }
        return isMac(system) ? "sun.nio.ch.KQueueSelectorProvider" : "sun.nio.ch.PollSelectorProvider";
    }

    private static String asynchronousProviderClass() {
        String system = system();
        if (system.startsWith("linux")) {
            return "sun.nio.ch.LinuxAsynchronousChannelProvider";
        }
        if (system.startsWith("windows")) {
            return "sun.nio.ch.WindowsAsynchronousChannelProvider";
        }
        return isMac(system)
                ? "sun.nio.ch.BsdAsynchronousChannelProvider"
                : "sun.nio.ch.AixAsynchronousChannelProvider";
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    private static boolean isMac(String system) {
        return system.startsWith("mac");
    }
}
