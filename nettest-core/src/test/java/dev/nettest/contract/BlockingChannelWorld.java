package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** The actors of a {@link StreamWorld} as blocking channels. Calls with a timeout go to the adaptors. */
final class BlockingChannelWorld extends StreamWorld {
    private final SocketArm adaptors;
    private final boolean isVirtual;

    BlockingChannelWorld(ThreadedArm arm) throws IOException {
        this(new AdaptorArm(arm.sockets()), arm.isVirtual());
    }

    private BlockingChannelWorld(SocketArm adaptors, boolean isVirtual) throws IOException {
        super(adaptors);
        this.adaptors = adaptors;
        this.isVirtual = isVirtual;
    }

    private SocketChannel channel(String actor) {
        return socket(actor).getChannel();
    }

    @Override
    Object read(String actor, int count, int millis) throws IOException {
        return millis == 0 ? channel(actor).read(ByteBuffer.allocate(count)) : super.read(actor, count, millis);
    }

    @Override
    Object write(String actor, byte[] bytes) throws IOException {
        return channel(actor).write(ByteBuffer.wrap(bytes)) == bytes.length ? null : "a part";
    }

    @Override
    Object drain(String actor, int count) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(count);
        int read = 0;
        while (target.hasRemaining() && read >= 0) {
            read = channel(actor).read(target);
        }
        return target.position();
    }

    @Override
    void shutdownInput(String actor) throws IOException {
        channel(actor).shutdownInput();
    }

    @Override
    void shutdownOutput(String actor) throws IOException {
        channel(actor).shutdownOutput();
    }

    @Override
    void connect(String actor, InetSocketAddress target, int millis) throws IOException {
        if (millis == 0) {
            channel(actor).connect(target);
        } else {
            super.connect(actor, target, millis);
        }
    }

    @Override
    Object accept(int millis) throws IOException {
        ServerSocketChannel channel = server().getChannel();
        if (millis == 0) {
            adaptors.opened(channel.accept().socket());
            return "accepted";
        }
        return super.accept(millis);
    }

    /** On virtual threads the JDK writes only what fits. */
    @Override
    public boolean isDeterministic(ThreadedStep step, List<ThreadedCall> unfinished) {
        return !(isVirtual && step.verb().name().equals("writeBig")) && super.isDeterministic(step, unfinished);
    }

    @Override
    public void close() throws IOException {
        adaptors.close();
    }
}
