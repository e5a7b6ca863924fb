package dev.nettest.contract;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What wins when several things are true of an end, rung by rung. Reads: closed by me; input shut by me; bytes; the
 * error latch; end of stream. Writes: closed by me; output shut by me (channels only); the error latch; broken pipe.
 *
 * <p>A reset fills the latch, and whoever takes it first, a read that finds no bytes or a write, empties it for the
 * other. A reset that comes after the FIN of the same peer fills it differently: no read ever fails, and writes say
 * {@code Broken pipe} from the first.
 */
abstract class LadderContract extends Contract {

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
                # what I had sent and nobody read does not matter
                write 10, peer.reset, read=reset, write=broken-pipe
                write 10, peer.write 7, peer.reset, write=reset-by-peer, read=7, read=eof
                # a read of bytes leaves the latch alone, a look does too
                peer.write 7, peer.reset, available=7, read=7, available=0, read=reset, available=0
                peer.write 7, peer.reset, write=reset-by-peer, available=7, read=7, available=0, read=eof
                peer.reset, available=0, isOpen=true, read=reset, available=0, isOpen=true
                # the end that resets is closed
                reset, read=closed, write=closed, isOpen=false
                reset, close, peer.read=reset
                """);
    }

    @TestFactory
    List<DynamicTest> afterTheCloseOfThePeer() {
        return tests("""
                # the first write still goes out, and draws a reset
                peer.close, write, write=broken-pipe, write=broken-pipe, read=eof, read=eof
                peer.close, read=eof, write, read=eof, write=broken-pipe, read=eof
                peer.write 7, peer.close, write, write=broken-pipe, read=7, read=eof, read=eof
                peer.write 7, peer.close, write, read 3=3, read 3=3, write=broken-pipe, read=1
                peer.write 7, peer.close, read=7, write, read=eof, write=broken-pipe, read=eof
                peer.write 7, peer.close, write, available=7, read=7, available=0
                # all that the closer had read before makes no difference
                write 10, peer.read=10, peer.write 7, peer.close, read=7, read=eof, write, write=broken-pipe
                # a half close is not a close: writes go on
                peer.shutdownOutput, read=eof, write, write, peer.read=2
                peer.write 7, peer.shutdownOutput, write, read=7, write, read=eof
                peer.shutdownOutput, read=eof, peer.close, read=eof, write, write=broken-pipe, read=eof
                # what the closer has sent before stays readable, whatever is written to it
                write 10, close, peer.write 1, peer.write 1=broken-pipe, peer.read 4=4, peer.read=6, peer.read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> afterACloseWithUnreadBytes() {
        return tests("""
                # a channel resets, as with linger 0
                peer channel: write 10, peer.close, read=reset, read=reset, write=broken-pipe, write=broken-pipe
                peer channel: write 10, peer.close, write=reset-by-peer, write=broken-pipe, read=eof, read=eof
                peer channel: write 10, peer.close, write=reset-by-peer, read=eof, write=broken-pipe, read=eof
                peer channel: write 10, peer.close, read=reset, write=broken-pipe, read=reset, write=broken-pipe
                peer channel: write 10, peer.write 7, peer.close, read=7, read=reset, read=reset, write=broken-pipe
                peer channel: write, peer.write 7, peer.close, write=reset-by-peer, write=broken-pipe, read=7, read=eof
                peer channel: write, peer.write 7, peer.close, read=7, write=reset-by-peer, read=eof, write=broken-pipe
                # a socket shuts down first, so that the reset comes after a FIN
                peer socket: write 10, peer.close, read=eof, read=eof, write=broken-pipe, write=broken-pipe
                peer socket: write 10, peer.close, write=broken-pipe, write=broken-pipe, read=eof, read=eof
                peer socket: write 10, peer.close, write=broken-pipe, read=eof, write=broken-pipe, read=eof
                peer socket: write 10, peer.write 7, peer.close, read=7, read=eof, read=eof, write=broken-pipe
                peer socket: write 10, peer.write 7, peer.close, write=broken-pipe, write=broken-pipe, read=7, read=eof
                peer socket: write 10, peer.write 7, peer.close, read=7, write=broken-pipe, read=eof, write=broken-pipe
                # some read and some unread is unread
                peer channel: write 10, peer.read 9=9, peer.close, read=reset
                peer socket: write 10, peer.read 9=9, peer.close, read=eof, write=broken-pipe
                # so is what came to an end that had shut its input, before or after, asked for or not
                peer channel: peer.shutdownInput, write 5, peer.close, write=reset-by-peer, write=broken-pipe, read=eof
                peer channel: peer.shutdownInput, write 5, peer.read=eof, peer.close, read=reset
                peer channel: write 5, peer.shutdownInput, peer.close, read=reset
                peer socket: peer.shutdownInput, write 5, peer.close, write=broken-pipe, write=broken-pipe, read=eof
                peer socket: write 5, peer.shutdownInput, peer.read=eof, peer.close, read=eof
                peer.shutdownInput, peer.close, read=eof, write, write=broken-pipe
                # my own half close does not change it
                peer channel: write 10, shutdownOutput, peer.close, read=reset, read=reset
                peer channel: write 10, shutdownOutput, peer.write 7, peer.close, read=7, read=reset
                peer socket: write 10, shutdownOutput, peer.close, read=eof, read=eof
                # what I had sent before my close stays readable, until my reset overtakes it
                my channel: peer.write 3, write 10, close, peer.read=10, peer.read=reset, peer.write=broken-pipe
                my socket: peer.write 3, write 10, close, peer.read=10, peer.read=eof, peer.write=broken-pipe
                """);
    }

    @TestFactory
    List<DynamicTest> aResetThatFollowsAFin() {
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
                # shut on both sides but not closed: my write draws a reset, and it hits the peer as well
                peer.shutdownInput, peer.shutdownOutput, write, write=broken-pipe, read=eof, peer.read=eof
                peer socket: peer.shutdownOutput, peer.shutdownInput, write, peer.write=reset-by-peer, peer.read=eof
                peer channel: peer.shutdownOutput, peer.shutdownInput, write, peer.write=output-shut
                peer.shutdownOutput, peer.shutdownInput, write, peer.close, write=broken-pipe, read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> ofMyOwnDoing() {
        return tests("""
                # my close is above everything
                close, read=closed, write=closed, isOpen=false
                my socket: peer.write 7, close, available=closed
                peer.write 7, close, read=closed, write=closed
                peer.reset, close, read=closed, write=closed
                # … but a socket that has once read the end of the stream repeats it
                my channel: peer.close, read=eof, close, read=closed, write=closed
                my socket: peer.close, read=eof, close, read=eof, write=closed
                my socket: shutdownInput, read=eof, close, read=eof, write=closed
                my socket: peer.reset, write=reset-by-peer, read=eof, close, read=eof, write=closed
                peer.reset, read=reset, close, read=closed, write=closed
                shutdownInput, shutdownOutput, close, read=closed, write=closed
                # my shut input is above bytes, the latch and the end of the stream, and takes nothing
                peer.write 7, shutdownInput, read=eof, read=eof
                my socket: peer.write 7, shutdownInput, available=0
                shutdownInput, peer.write 7, read=eof, read=eof
                shutdownInput, peer.close, read=eof, write, write=broken-pipe
                shutdownInput, peer.reset, read=eof, write=reset-by-peer, write=broken-pipe, read=eof
                peer.write 7, shutdownInput, peer.reset, read=eof, write=reset-by-peer, write=broken-pipe
                peer.reset, shutdownInput, read=eof, write=reset-by-peer, write=broken-pipe, read=eof
                # … but a socket that has once read a reset repeats it
                my channel: peer.reset, read=reset, shutdownInput, read=eof, write=broken-pipe
                my socket: peer.reset, read=reset, shutdownInput, read=reset, write=broken-pipe
                shutdownInput, write 3, peer.read=3
                # my shut output: a channel's writes stop above the latch, a socket's ask the kernel
                shutdownOutput, write=output-shut, write=output-shut, peer.read=eof, peer.read=eof
                shutdownOutput, peer.close, read=eof, read=eof, write=output-shut
                shutdownOutput, peer.write 7, read=7, peer.write 7, read=7
                shutdownOutput, peer.reset, read=reset, read=reset, write=output-shut, read=reset
                shutdownOutput, peer.write 7, peer.reset, read=7, read=reset, write=output-shut
                peer.reset, shutdownOutput, read=reset, write=output-shut, write=output-shut, read=reset
                my channel: shutdownOutput, peer.reset, write=output-shut, read=reset, write=output-shut, read=reset
                my socket: shutdownOutput, peer.reset, write=reset-by-peer, read=eof, write=broken-pipe, read=eof
                my channel: peer.reset, shutdownOutput, write=output-shut, read=reset
                my socket: peer.reset, shutdownOutput, write=reset-by-peer, read=eof
                my channel: shutdownOutput, peer.write 7, peer.reset, write=output-shut, read=7, read=reset
                my socket: shutdownOutput, peer.write 7, peer.reset, write=reset-by-peer, read=7, read=eof
                # both shut: the peer's first write draws a reset, as after a close
                shutdownOutput, shutdownInput, read=eof, peer.read=eof, peer.write, peer.write=broken-pipe
                # after a reset nothing of mine fails but reads and writes
                peer.reset, shutdownOutput, shutdownInput, close, isOpen=false
                peer.reset, write=reset-by-peer, shutdownInput, shutdownOutput, close
                peer.close, write, write=broken-pipe, shutdownOutput, shutdownInput, read=eof
                """);
    }

    @TestFactory
    List<DynamicTest> shutAndClosedTwice() {
        if (backend.face() == Face.SOCKET) {
            needs(Capability.WHOLE_FACE);
        }
        return tests("""
                my socket: shutdownInput, shutdownInput=input-already-shut, isOpen=true
                my socket: shutdownOutput, shutdownOutput=output-already-shut, isOpen=true
                my channel: shutdownInput, shutdownInput, isOpen=true
                my channel: shutdownOutput, shutdownOutput, isOpen=true
                close, shutdownInput=is-closed, shutdownOutput=is-closed, close, isOpen=false
                """);
    }
}
