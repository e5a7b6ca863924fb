package dev.nettest.contract;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

/** Sets an option of a channel to a number, and restores those that would disturb the rest of a script. */
final class ChannelOptions {
    private ChannelOptions() {}

    static <T> Object setAndGet(NetworkChannel channel, SocketOption<T> option, int number) throws IOException {
        channel.setOption(option, SocketVerbs.value(option, number));
        T value = channel.getOption(option);
        if (option.equals(StandardSocketOptions.TCP_NODELAY)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return value;
    }

    static Object setAndRestore(NetworkChannel channel, SocketOption<Integer> size, int number) throws IOException {
        Object value = setAndGet(channel, size, number);
        channel.setOption(size, SocketVerbs.ROOMY);
        return value;
    }
}
