package dev.nettest.jvm.internal.socket;

import dev.nettest.jvm.internal.platform.Platform;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** A server socket of the kernel, although the JVM's factory makes others. */
final class KernelServerSocket extends ServerSocket {

    KernelServerSocket() {
        super(Platform.socketImpl(true));
    }

    @Override
    public Socket accept() throws IOException {
        Socket accepted = new KernelSocket();
        implAccept(accepted);
        return accepted;
    }
}
