package dev.nettest.contract;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The order of precedence if several conditions of an endpoint hold at once. Reads: local close; local input shutdown;
 * bytes; the pending error; end of stream. Writes: local close; local output shutdown (channels only); the pending
 * error; broken pipe.
 *
 * <p>A reset sets the pending error. The first operation that meets it, a read without bytes or a write, takes it.
 * After a reset behind a FIN no read fails, and already the first write reports {@code Broken pipe}.
 */
abstract class PrecedenceContract extends Contract {

    @TestFactory
    List<DynamicTest> afterTheResetOfThePeer() {
        return tests("""
                peer.reset, read=reset, read=reset, write=broken-pipe, write=broken-pipe, read=reset
                peer.reset, write=reset-by-peer, write=broken-pipe, read=eof, read=eof
                peer.reset, write=reset-by-peer, read=eof, write=broken-pipe, read=eof
                peer.reset, read=reset, write=broken-pipe, read=reset, write=broken-pipe
                peer.write 7, peer.reset, read=7, read=reset, read=reset, write=broken-pipe, write=broken-pipe
                peer.write 7, peer.reset, write=reset-by-peer, write=broken-pipe, read=7, read=eof
                peer.write 7, peer.reset, write=reset-by-peer, read=7, write=broken-pipe, read=eof
                peer.write 7, peer.reset, read=7, write=reset-by-peer, read=eof, write=broken-pipe
                peer.write 7, peer.reset, read 3=3, write=reset-by-peer, read 3=3, read=1
                # unread bytes that were sent before make no difference
                write 10, peer.reset, read=reset, write=broken-pipe
                write 10, peer.write 7, peer.reset, write=reset-by-peer, read=7, read=eof
                # neither a read of bytes nor available() takes the pending error
                peer.write 7, peer.reset, available=7, read=7, available=0, read=reset, available=0
                peer.write 7, peer.reset, write=reset-by-peer, available=7, read=7, available=0, read=eof
                peer.reset, available=0, isOpen=true, read=reset, available=0, isOpen=true
                # a reset closes the endpoint that sends it
                reset, read=closed, write=closed, isOpen=false
                reset, close, peer.read=reset
                """);
    }

    @TestFactory
    List<DynamicTest> afterTheCloseOfThePeer() {
        return tests("""
                # the first write still goes out, and is answered with a reset
                peer.close, write, write=broken-pipe, write=broken-pipe, read=eof, read=eof
                peer.close, read=eof, write, read=eof, write=broken-pipe, read=eof
                peer.write 7, peer.close, write, write=broken-pipe, read=7, read=eof, read=eof
                peer.write 7, peer.close, write, read 3=3, read 3=3, write=broken-pipe, read=1
                peer.write 7, peer.close, read=7, write, read=eof, write=broken-pipe, read=eof
                peer.write 7, peer.close, write, available=7, read=7, available=0
                # bytes that the closed endpoint had read before make no difference
                write 10, peer.read=10, peer.write 7, peer.close, read=7, read=eof, write, write=broken-pipe
                # a half close is not a close: writes go on
                peer.shutdownOutput, read=eof, write, write, peer.read=2
                peer.write 7, peer.shutdownOutput, write, read=7, write, read=eof
                peer.shutdownOutput, read=eof, peer.close, read=eof, write, write=broken-pipe, read=eof
                # bytes that were sent before the close stay readable, even after writes to the closed endpoint
                write 10, close, peer.write 1, peer.write 1=broken-pipe, peer.read 4=4, peer.read=6, peer.read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> afterACloseWithUnreadBytes() {
        return tests("""
                # a channel resets, like with linger 0
                peer channel: write 10, peer.close, read=reset, read=reset, write=broken-pipe, write=broken-pipe
                peer channel: write 10, peer.close, write=reset-by-peer, write=broken-pipe, read=eof, read=eof
                peer channel: write 10, peer.close, write=reset-by-peer, read=eof, write=broken-pipe, read=eof
                peer channel: write 10, peer.close, read=reset, write=broken-pipe, read=reset, write=broken-pipe
                peer channel: write 10, peer.write 7, peer.close, read=7, read=reset, read=reset, write=broken-pipe
                peer channel: write, peer.write 7, peer.close, write=reset-by-peer, write=broken-pipe, read=7, read=eof
                peer channel: write, peer.write 7, peer.close, read=7, write=reset-by-peer, read=eof, write=broken-pipe
                # a socket shuts down first: the reset comes after a FIN
                peer socket: write 10, peer.close, read=eof, read=eof, write=broken-pipe, write=broken-pipe
                peer socket: write 10, peer.close, write=broken-pipe, write=broken-pipe, read=eof, read=eof
                peer socket: write 10, peer.close, write=broken-pipe, read=eof, write=broken-pipe, read=eof
                peer socket: write 10, peer.write 7, peer.close, read=7, read=eof, read=eof, write=broken-pipe
                peer socket: write 10, peer.write 7, peer.close, write=broken-pipe, write=broken-pipe, read=7, read=eof
                peer socket: write 10, peer.write 7, peer.close, read=7, write=broken-pipe, read=eof, write=broken-pipe
                # one unread byte suffices
                peer channel: write 10, peer.read 9=9, peer.close, read=reset
                peer socket: write 10, peer.read 9=9, peer.close, read=eof, write=broken-pipe
                # bytes that arrive before or after an input shutdown count as unread, with or without a read
                peer channel: peer.shutdownInput, write 5, peer.close, write=reset-by-peer, write=broken-pipe, read=eof
                peer channel: peer.shutdownInput, write 5, peer.read=eof, peer.close, read=reset
                peer channel: write 5, peer.shutdownInput, peer.close, read=reset
                peer socket: peer.shutdownInput, write 5, peer.close, write=broken-pipe, write=broken-pipe, read=eof
                peer socket: write 5, peer.shutdownInput, peer.read=eof, peer.close, read=eof
                peer.shutdownInput, peer.close, read=eof, write, write=broken-pipe
                # a local half close makes no difference
                peer channel: write 10, shutdownOutput, peer.close, read=reset, read=reset
                peer channel: write 10, shutdownOutput, peer.write 7, peer.close, read=7, read=reset
                peer socket: write 10, shutdownOutput, peer.close, read=eof, read=eof
                # bytes that were sent before the close stay readable, even if a reset follows
                local channel: peer.write 3, write 10, close, peer.read=10, peer.read=reset, peer.write=broken-pipe
                local socket: peer.write 3, write 10, close, peer.read=10, peer.read=eof, peer.write=broken-pipe
                """);
    }

    @TestFactory
    List<DynamicTest> afterAResetBehindAFin() {
        return tests("""
                peer.shutdownOutput, peer.reset, write=broken-pipe, write=broken-pipe, read=eof, read=eof
                peer.shutdownOutput, peer.reset, read=eof, read=eof, write=broken-pipe, write=broken-pipe, read=eof
                peer.shutdownOutput, peer.reset, read=eof, write=broken-pipe, read=eof, write=broken-pipe
                peer.write 7, peer.shutdownOutput, peer.reset, write=broken-pipe, write=broken-pipe, read=7, read=eof
                peer.write 7, peer.shutdownOutput, peer.reset, read=7, read=eof, write=broken-pipe, read=eof
                peer.write 7, peer.shutdownOutput, peer.reset, read=7, write=broken-pipe, read=eof, write=broken-pipe
                peer.shutdownOutput, read=eof, peer.reset, read=eof, write=broken-pipe, read=eof
                write 10, peer.shutdownOutput, peer.reset, read=eof, write=broken-pipe
                write 10, peer.shutdownOutput, peer.close, read=eof, read=eof, write=broken-pipe, write=broken-pipe
                write 10, peer.shutdownOutput, peer.close, write=broken-pipe, write=broken-pipe, read=eof
                write 10, peer.write 7, peer.shutdownOutput, peer.close, read=7, read=eof, write=broken-pipe
                # the peer shut down both directions: a write resets both endpoints
                peer.shutdownInput, peer.shutdownOutput, write, write=broken-pipe, read=eof, peer.read=eof
                peer socket: peer.shutdownOutput, peer.shutdownInput, write, peer.write=reset-by-peer, peer.read=eof
                peer channel: peer.shutdownOutput, peer.shutdownInput, write, peer.write=output-shut
                peer.shutdownOutput, peer.shutdownInput, write, peer.close, write=broken-pipe, read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> afterLocalOperations() {
        return tests("""
                # a local close comes first
                close, read=closed, write=closed, isOpen=false
                local socket: peer.write 7, close, available=closed
                peer.write 7, close, read=closed, write=closed
                peer.reset, close, read=closed, write=closed
                # … but a socket that has read the end of the stream repeats it
                local channel: peer.close, read=eof, close, read=closed, write=closed
                local socket: peer.close, read=eof, close, read=eof, write=closed
                local socket: shutdownInput, read=eof, close, read=eof, write=closed
                local socket: peer.reset, write=reset-by-peer, read=eof, close, read=eof, write=closed
                peer.reset, read=reset, close, read=closed, write=closed
                shutdownInput, shutdownOutput, close, read=closed, write=closed
                # a local input shutdown comes before bytes, the pending error and the end of the stream
                peer.write 7, shutdownInput, read=eof, read=eof
                local socket: peer.write 7, shutdownInput, available=0
                shutdownInput, peer.write 7, read=eof, read=eof
                shutdownInput, peer.close, read=eof, write, write=broken-pipe
                shutdownInput, peer.reset, read=eof, write=reset-by-peer, write=broken-pipe, read=eof
                peer.write 7, shutdownInput, peer.reset, read=eof, write=reset-by-peer, write=broken-pipe
                peer.reset, shutdownInput, read=eof, write=reset-by-peer, write=broken-pipe, read=eof
                # … but a socket that has read a reset repeats it
                local channel: peer.reset, read=reset, shutdownInput, read=eof, write=broken-pipe
                local socket: peer.reset, read=reset, shutdownInput, read=reset, write=broken-pipe
                shutdownInput, write 3, peer.read=3
                # local output shutdown: a channel's write fails at once, a socket's takes the pending error
                shutdownOutput, write=output-shut, write=output-shut, peer.read=eof, peer.read=eof
                shutdownOutput, peer.close, read=eof, read=eof, write=output-shut
                shutdownOutput, peer.write 7, read=7, peer.write 7, read=7
                shutdownOutput, peer.reset, read=reset, read=reset, write=output-shut, read=reset
                shutdownOutput, peer.write 7, peer.reset, read=7, read=reset, write=output-shut
                peer.reset, shutdownOutput, read=reset, write=output-shut, write=output-shut, read=reset
                local channel: shutdownOutput, peer.reset, write=output-shut, read=reset, write=output-shut, read=reset
                local socket: shutdownOutput, peer.reset, write=reset-by-peer, read=eof, write=broken-pipe, read=eof
                local channel: peer.reset, shutdownOutput, write=output-shut, read=reset
                local socket: peer.reset, shutdownOutput, write=reset-by-peer, read=eof
                local channel: shutdownOutput, peer.write 7, peer.reset, write=output-shut, read=7, read=reset
                local socket: shutdownOutput, peer.write 7, peer.reset, write=reset-by-peer, read=7, read=eof
                # both directions shut down: the peer's first write is answered with a reset, like after a close
                shutdownOutput, shutdownInput, read=eof, peer.read=eof, peer.write, peer.write=broken-pipe
                # after a reset only reads and writes fail
                peer.reset, shutdownOutput, shutdownInput, close, isOpen=false
                peer.reset, write=reset-by-peer, shutdownInput, shutdownOutput, close
                peer.close, write, write=broken-pipe, shutdownOutput, shutdownInput, read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> shutdownAndCloseTwice() {
        if (backend.jdkType() == JdkType.SOCKET) {
            needs(Capability.JDK_TYPE_THROUGHOUT);
        }
        return tests("""
                local socket: shutdownInput, shutdownInput=input-already-shut, isOpen=true
                local socket: shutdownOutput, shutdownOutput=output-already-shut, isOpen=true
                local channel: shutdownInput, shutdownInput, isOpen=true
                local channel: shutdownOutput, shutdownOutput, isOpen=true
                close, shutdownInput=is-closed, shutdownOutput=is-closed, close, isOpen=false
                """);
    }
}
