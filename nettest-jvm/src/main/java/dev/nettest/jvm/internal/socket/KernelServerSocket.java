package dev.nettest.jvm.internal.socket;

import dev.nettest.jvm.internal.platform.Platform;
import java.net.ServerSocket;

/** A server socket of the kernel, although the JVM's factory makes others. So are the sockets that it accepts. */
final class KernelServerSocket extends ServerSocket {

    KernelServerSocket() {
        super(Platform.socketImpl(true));
    }
}
