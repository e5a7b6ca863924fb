package dev.nettest.samples.allowlist;

import dev.nettest.samples.server.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** Passes clients of certain networks to the next handler. Rejects all others before it reads a byte. */
public final class AllowList implements Handler {

    private final List<AddressRange> ranges;
    private final Handler next;

    public AllowList(List<AddressRange> ranges, Handler next) {
        this.ranges = List.copyOf(ranges);
        this.next = next;
    }

    @Override
    public void serve(SocketAddress client, InputStream input, OutputStream output) throws IOException {
        if (admits(client)) {
            next.serve(client, input, output);
        }
    }

    /** True if {@code client} is in one of the networks. */
    public boolean admits(SocketAddress client) {
        if (!(client instanceof InetSocketAddress inet)) {
            return false;
        }
        InetAddress address = inet.getAddress();
        return address != null && ranges.stream().anyMatch(range -> range.contains(address));
    }
}
