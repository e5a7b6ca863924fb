package dev.nettest.socket;

import dev.nettest.Host;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A server socket whose accepted sockets use TLS. Each starts its handshake at its first use. */
final class TlsServerSocket extends NetworkServerSocket {

    private final SSLSocketFactory layer;
    private final boolean clientsAuthenticate;

    TlsServerSocket(Host host, SSLSocketFactory layer, boolean clientsAuthenticate) throws IOException {
        super(host);
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
