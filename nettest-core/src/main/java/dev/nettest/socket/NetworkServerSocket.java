package dev.nettest.socket;

import dev.nettest.Host;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** A {@code java.net} server socket over {@link ListeningSocketImpl}. */
class NetworkServerSocket extends ServerSocket {

    private final Host host;

    NetworkServerSocket(Host host) throws IOException {
        super(new ListeningSocketImpl(host));
        this.host = host;
    }

    /** Like the JDK's method, which would create a JDK socket here. */
    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        Socket accepted = new NetworkSocket(new StreamSocketImpl(host, connecting -> {}));
        try {
            implAccept(accepted);
            return accepted;
        } catch (SocketException e) {
            throw CloseOnInterrupt.closeIfInterrupted(e, this);
        }
    }
}
