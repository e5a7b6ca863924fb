package dev.nettest.contract;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** TIME_WAIT of the operating system. */
class LoopbackTimeWaitContractTest extends TimeWaitContract {

    @Override
    Socket socket() {
        return new Socket();
    }

    @Override
    ServerSocket serverSocket() throws IOException {
        return new ServerSocket();
    }
}
