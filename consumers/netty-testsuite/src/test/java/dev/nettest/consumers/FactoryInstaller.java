package dev.nettest.consumers;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Puts the sockets that {@code java.net} constructors make on the network, before the first test. */
public final class FactoryInstaller implements LauncherSessionListener {

    private static final AtomicBoolean INSTALLED = new AtomicBoolean();

    @Override
    @SuppressWarnings("deprecation") // there is no other way to reach these constructors
    public void launcherSessionOpened(LauncherSession session) {
        if (Traffic.isInstalled() && INSTALLED.compareAndSet(false, true)) {
            try {
                Socket.setSocketImplFactory(StreamImpl::new);
                ServerSocket.setSocketFactory(ServerImpl::new);
                DatagramSocket.setDatagramSocketImplFactory(PacketImpl::new);
            } catch (IOException e) {
                throw new IllegalStateException("another factory is installed", e);
            }
        }
    }
}
