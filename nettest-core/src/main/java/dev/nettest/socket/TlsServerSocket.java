package dev.nettest.socket;

import dev.nettest.Network;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A server socket of a network whose accepted sockets speak TLS; the handshake is theirs, and waits until they are used. */
final class TlsServerSocket extends NetworkServerSocket {

    private final SSLSocketFactory layer;
    private final boolean clientsAuthenticate;

    TlsServerSocket(Network network, SSLSocketFactory layer, boolean clientsAuthenticate) throws IOException {
        super(network);
        this.layer = layer;
        this.clientsAuthenticate = clientsAuthenticate;
    }

    @Override
    public Socket accept() throws IOException {
        Socket plain = super.accept();
        try {
            SSLSocket secure = (SSLSocket) layer.createSocket(plain, null, true);
            secure.setNeedClientAuth(clientsAuthenticate);
            return secure;
        } catch (IOException | RuntimeException failed) {
            plain.close();
            throw failed;
        }
    }
}
