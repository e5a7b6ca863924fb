package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import java.nio.channels.SelectionKey;

/** The ready operations of a socket channel, as {@code epoll} and the JDK find them. */
final class StreamPoll {

    private StreamPoll() {}

    /** A socket that never connected is hung up, and one whose connect has failed or was reset. */
    static int unconnected(int interestOps, StreamConnector connector) {
        if (!connector.isPending() || connector.hasFailed()) {
            return PollableChannel.hangUp(interestOps);
        }
        Connection made = connector.connection();
        if (made == null || !connector.isDecided()) {
            return 0;
        }
        return made.pendingError() != null ? PollableChannel.hangUp(interestOps) : established(interestOps, made);
    }

    /** The kernel has connected, and the channel does not know it yet: no read or write is ready for the JDK. */
    private static int established(int interestOps, Connection made) {
        if ((interestOps & SelectionKey.OP_CONNECT) != 0) {
            return SelectionKey.OP_CONNECT | PollableChannel.EVENT;
        }
        boolean reported = (interestOps & SelectionKey.OP_WRITE) != 0 ? made.isWritable() : made.isReadable();
        return reported ? PollableChannel.EVENT : 0;
    }

    /** For the kernel an interest in connects is one in writes. The JDK then finds no ready operation. */
    static int connected(int interestOps, ReadyHook hook) {
        if (hook.isHungUp()) {
            return PollableChannel.hangUp(interestOps);
        }
        int ready = 0;
        if ((interestOps & SelectionKey.OP_READ) != 0 && hook.isReady(Readiness.READABLE)) {
            ready = SelectionKey.OP_READ | PollableChannel.EVENT;
        }
        boolean writes = (interestOps & SelectionKey.OP_WRITE) != 0;
        boolean connects = (interestOps & SelectionKey.OP_CONNECT) != 0;
        if ((writes || connects) && hook.isReady(Readiness.WRITABLE)) {
            ready |= writes ? SelectionKey.OP_WRITE | PollableChannel.EVENT : PollableChannel.EVENT;
        }
        return ready;
    }
}
