package dev.nettest.jvm.internal.socket;

import dev.nettest.jvm.internal.platform.Platform;
import java.net.Socket;
import java.net.SocketException;

/** A socket of the kernel, although the JVM's factory makes others. */
final class KernelSocket extends Socket {

    KernelSocket() throws SocketException {
        super(Platform.socketImpl(false));
    }
}
