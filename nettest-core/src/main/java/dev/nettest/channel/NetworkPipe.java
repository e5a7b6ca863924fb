package dev.nettest.channel;

import dev.nettest.ConnectionPair;
import java.io.IOException;
import java.nio.channels.Pipe;

/**
 * A pipe over a connection of localhost that has no listener. It has the capacity of a pipe on Linux, but no atomic
 * writes. The connection stands in snapshots like any other, and is never a leak.
 */
final class NetworkPipe extends Pipe {

    /** The default of {@code F_SETPIPE_SZ}, pipe(7). */
    private static final int CAPACITY = 65_536;

    private final PipeSource source;
    private final PipeSink sink;

    private NetworkPipe(PipeSource source, PipeSink sink) {
        this.source = source;
        this.sink = sink;
    }

    static NetworkPipe open(NetworkSelectorProvider provider) throws IOException {
        ConnectionPair pair = provider.host().network().pair();
        PipeSource source = new PipeSource(provider, pair.server().receiveBufferSize(CAPACITY));
        PipeSink sink = new PipeSink(provider, pair.client());
        pair.server().attach(source);
        pair.client().attach(sink);
        return new NetworkPipe(source, sink);
    }

    @Override
    public SourceChannel source() {
        return source;
    }

    @Override
    public SinkChannel sink() {
        return sink;
    }
}
