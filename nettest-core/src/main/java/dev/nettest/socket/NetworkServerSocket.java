package dev.nettest.socket;

import dev.nettest.Network;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** The JDK's server socket over {@link ListeningSocketImpl}. */
class NetworkServerSocket extends ServerSocket {

    private final Network network;

    NetworkServerSocket(Network network) throws IOException {
        super(new ListeningSocketImpl(network));
        this.network = network;
    }

    /** As the JDK's, which would make a socket of its own here. */
    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        Socket accepted = new NetworkSocket(new StreamSocketImpl(network, dialling -> {}));
        implAccept(accepted);
        return accepted;
    }
}
