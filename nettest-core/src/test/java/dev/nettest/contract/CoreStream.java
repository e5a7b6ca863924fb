package dev.nettest.contract;

import dev.nettest.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A connection of the core, as a channel or through its stream views. */
abstract class CoreStream implements Stream {
    private final Connection connection;

    private CoreStream(Connection connection) {
        this.connection = connection;
    }

    static CoreStream of(Connection connection, JdkType jdkType) {
        return jdkType == JdkType.CHANNEL ? new AsChannel(connection) : new AsStreams(connection);
    }

    Connection connection() {
        return connection;
    }

    private static final class AsChannel extends CoreStream {
        AsChannel(Connection connection) {
            super(connection);
        }

        @Override
        public JdkType jdkType() {
            return JdkType.CHANNEL;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return connection().read(ByteBuffer.wrap(target, offset, length));
        }

        @Override
        public int write(byte[] source, int offset, int length) throws IOException {
            return connection().write(ByteBuffer.wrap(source, offset, length));
        }

        @Override
        public int available() {
            return connection().available();
        }

        @Override
        public void close() throws IOException {
            connection().close();
        }
    }

    private static final class AsStreams extends CoreStream {
        private final InputStream input;
        private final OutputStream output;

        AsStreams(Connection connection) {
            super(connection);
            this.input = connection.inputStream();
            this.output = connection.outputStream();
        }

        @Override
        public JdkType jdkType() {
            return JdkType.SOCKET;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return input.read(target, offset, length);
        }

        @Override
        public int write(byte[] source, int offset, int length) throws IOException {
            output.write(source, offset, length);
            return length;
        }

        @Override
        public int available() throws IOException {
            return input.available();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        connection.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        connection.shutdownOutput();
    }

    @Override
    public void reset() throws IOException {
        connection.reset();
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public SocketAddress localAddress() {
        return connection.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public void readTimeout(Duration timeout) {
        connection.readTimeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        connection.writeTimeout(timeout);
    }
}
