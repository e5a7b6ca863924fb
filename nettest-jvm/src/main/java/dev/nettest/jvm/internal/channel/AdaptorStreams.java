package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;

/** The streams of a socket adaptor. If a call on one of them closes the channel inside, its owner closes too. */
final class AdaptorStreams {

    private AdaptorStreams() {}

    static final class In extends InputStream {

        private final Delegate<SocketChannel> delegate;
        private final SocketChannel used;
        private final InputStream stream;

        /** @param used the channel of {@code stream} */
        In(Delegate<SocketChannel> delegate, SocketChannel used, InputStream stream) {
            this.delegate = delegate;
            this.used = used;
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            try {
                return stream.read();
            } finally {
                delegate.followClose(used);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return stream.read(target, offset, length);
            } finally {
                delegate.followClose(used);
            }
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }

        @Override
        public void close() throws IOException {
            try {
                stream.close();
            } finally {
                delegate.followClose(used);
            }
        }
    }

    static final class Out extends OutputStream {

        private final Delegate<SocketChannel> delegate;
        private final SocketChannel used;
        private final OutputStream stream;

        /** @param used the channel of {@code stream} */
        Out(Delegate<SocketChannel> delegate, SocketChannel used, OutputStream stream) {
            this.delegate = delegate;
            this.used = used;
            this.stream = stream;
        }

        @Override
        public void write(int data) throws IOException {
            try {
                stream.write(data);
            } finally {
                delegate.followClose(used);
            }
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            try {
                stream.write(source, offset, length);
            } finally {
                delegate.followClose(used);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                stream.close();
            } finally {
                delegate.followClose(used);
            }
        }
    }
}
