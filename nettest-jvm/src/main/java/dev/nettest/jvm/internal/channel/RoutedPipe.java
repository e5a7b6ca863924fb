package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.spi.SelectorProvider;

/** A pipe of the kernel whose ends can be registered with a {@link RoutedSelector}. */
final class RoutedPipe extends Pipe {

    private final Source source;
    private final Sink sink;

    RoutedPipe(SelectorProvider provider, Pipe kernel) {
        this.source = new Source(provider, kernel.source());
        this.sink = new Sink(provider, kernel.sink());
    }

    @Override
    public SourceChannel source() {
        return source;
    }

    @Override
    public SinkChannel sink() {
        return sink;
    }

    private static final class Source extends SourceChannel implements RoutedChannel {

        private final Delegate<SourceChannel> delegate;

        Source(SelectorProvider provider, SourceChannel kernel) {
            super(provider);
            delegate = new Delegate<>(this, kernel, null);
        }

        @Override
        public Delegate<SourceChannel> delegate() {
            return delegate;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            SourceChannel current = delegate.channel();
            try {
                return current.read(target);
            } finally {
                delegate.followClose(current);
            }
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            SourceChannel current = delegate.channel();
            try {
                return current.read(targets, offset, length);
            } finally {
                delegate.followClose(current);
            }
        }

        @Override
        public long read(ByteBuffer[] targets) throws IOException {
            return read(targets, 0, targets.length);
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            delegate.channel().close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            delegate.configureBlocking(block);
        }
    }

    private static final class Sink extends SinkChannel implements RoutedChannel {

        private final Delegate<SinkChannel> delegate;

        Sink(SelectorProvider provider, SinkChannel kernel) {
            super(provider);
            delegate = new Delegate<>(this, kernel, null);
        }

        @Override
        public Delegate<SinkChannel> delegate() {
            return delegate;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            SinkChannel current = delegate.channel();
            try {
                return current.write(source);
            } finally {
                delegate.followClose(current);
            }
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            SinkChannel current = delegate.channel();
            try {
                return current.write(sources, offset, length);
            } finally {
                delegate.followClose(current);
            }
        }

        @Override
        public long write(ByteBuffer[] sources) throws IOException {
            return write(sources, 0, sources.length);
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            delegate.channel().close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            delegate.configureBlocking(block);
        }
    }
}
