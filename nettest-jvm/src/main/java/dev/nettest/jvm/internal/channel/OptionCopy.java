package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Objects;

/** Copies the settings of a channel of the kernel to a channel of a network. */
public final class OptionCopy {

    private OptionCopy() {}

    /**
     * Copies the options that were set.
     *
     * @param fresh a channel of the kernel like {@code from} on which no option was set
     */
    public static void copyChanged(NetworkChannel from, NetworkChannel fresh, NetworkChannel to) throws IOException {
        for (SocketOption<?> option : to.supportedOptions()) {
            if (from.supportedOptions().contains(option)) {
                copyChanged(option, from, fresh, to);
            }
        }
    }

    /** Binds {@code to} to {@code bound}, or to the address of it with another port if that is in use. */
    public static void bindLike(InetSocketAddress bound, NetworkChannel to) throws IOException {
        try {
            to.bind(bound);
        } catch (BindException e) {
            to.bind(new InetSocketAddress(bound.getAddress(), 0));
        }
    }

    private static <T> void copyChanged(
            SocketOption<T> option, NetworkChannel from, NetworkChannel fresh, NetworkChannel to) throws IOException {
        T value;
        T initial;
        try {
            value = from.getOption(option);
            initial = fresh.getOption(option);
        } catch (IOException | UnsupportedOperationException e) {
            return; // an option that only a connected socket has, such as SO_PEERCRED
        }
        if (!Objects.equals(value, initial)) {
            to.setOption(option, value);
        }
    }
}
