package dev.nettest.channel;

import dev.nettest.Readiness;
import java.nio.channels.SelectionKey;
import java.util.Set;

/** The conditions of a connection or a datagram endpoint that selectable operations stand for. */
final class StreamConditions {

    private static final Set<Readiness> NONE = Set.of();
    private static final Set<Readiness> READ = Set.of(Readiness.READABLE);
    private static final Set<Readiness> WRITE = Set.of(Readiness.WRITABLE);
    private static final Set<Readiness> BOTH = Set.of(Readiness.READABLE, Readiness.WRITABLE);

    private StreamConditions() {}

    static Set<Readiness> of(int ops) {
        boolean reads = (ops & SelectionKey.OP_READ) != 0;
        boolean writes = (ops & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0;
        if (reads) {
            return writes ? BOTH : READ;
        }
        return writes ? WRITE : NONE;
    }
}
