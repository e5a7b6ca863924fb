package dev.nettest.socket;

import dev.nettest.Host;
import dev.nettest.internal.inet.CloseNote;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** A {@code java.net} server socket over {@link ListeningSocketImpl}. */
class NetworkServerSocket extends ServerSocket {

    private final Host host;
    private final ListeningSocketImpl listening;

    NetworkServerSocket(Host host) throws IOException {
        this(host, new ListeningSocketImpl(host));
    }

    private NetworkServerSocket(Host host, ListeningSocketImpl listening) {
        super(listening);
        this.host = host;
        this.listening = listening;
    }

    /** Like the JDK's method, which would create a JDK socket here. */
    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw CloseNote.attach(new SocketException("Socket is closed"), listening.listener());
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
