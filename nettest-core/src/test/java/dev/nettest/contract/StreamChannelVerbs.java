package dev.nettest.contract;

import static dev.nettest.contract.ChannelWorld.ABSENT;
import static dev.nettest.contract.ChannelWorld.SKIPPED;
import static dev.nettest.contract.StreamAdaptorVerbs.onStream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The methods of stream channels that the scripts call: open, bind, connect, accept, read, write and close. */
final class StreamChannelVerbs {
    private static final List<String> CONNECTORS = StreamChannelWorld.CONNECTORS;
    private static final List<String> STREAMS = StreamChannelWorld.STREAMS;
    private static final List<String> SERVERS = StreamChannelWorld.SERVERS;

    private static final int[] FLAG = {0, 0, 0, 1};
    private static final int[] BINDINGS = {0, 0, 0, 1, 2, 3, 5, 6, 7};
    private static final int[] TARGETS = {0, 0, 0, 1, 2, 3, 4};
    private static final int[] COUNTS = {0, 1, 2, 3, 7, 100, 5000};
    private static final int[] PARTS = {-1, 0, 1, 2, 3, 4};

    static final List<ChannelVerb<StreamChannelWorld>> ALL = all();

    private StreamChannelVerbs() {}

    private static List<ChannelVerb<StreamChannelWorld>> all() {
        List<ChannelVerb<StreamChannelWorld>> verbs = new ArrayList<>();
        addConnects(verbs);
        addReads(verbs);
        addWrites(verbs);
        addEnds(verbs);
        addServers(verbs);
        verbs.addAll(StreamAdaptorVerbs.ALL);
        verbs.addAll(SelectorVerbs.of(StreamChannelWorld.ALL));
        return List.copyOf(verbs);
    }

    private static void addConnects(List<ChannelVerb<StreamChannelWorld>> verbs) {
        verbs.add(ChannelVerb.of("open", CONNECTORS, 16, FLAG, (world, me, n) -> world.look(world.open(me, n == 1))));
        verbs.add(onStream("bind", 5, BINDINGS, (stream, n) -> {
            stream.bind(SocketScriptRunner.bindable(n));
            return stream.getLocalAddress();
        }));
        verbs.add(ChannelVerb.of("bindTo", CONNECTORS, 2, TARGETS, (world, me, n) -> {
            InetSocketAddress taken = world.taken(me, n);
            return taken == null ? SKIPPED : world.stream(me).bind(taken);
        }));
        verbs.add(ChannelVerb.of("connect", CONNECTORS, 40, TARGETS, StreamChannelVerbs::connect));
        verbs.add(ChannelVerb.of(
                "connectAccepted", StreamChannelWorld.ACCEPTED, 2, TARGETS, StreamChannelVerbs::connect));
        verbs.add(onStream("connectBadly", 3, new int[] {0, 1, 2, 3, 4}, (stream, n) -> stream.connect(bad(n))));
        verbs.add(onStream("finishConnect", 30, new int[] {0}, (stream, n) -> stream.finishConnect()));
        verbs.add(ChannelVerb.of("look", STREAMS, 6, (world, me) -> {
            return world.stream(me) == null ? ABSENT : world.look(world.stream(me));
        }));
    }

    private static Object connect(StreamChannelWorld world, String me, int number) throws IOException {
        SocketChannel stream = world.stream(me);
        InetSocketAddress target = world.occupied(me, number);
        if (stream == null || target == null) {
            return stream == null ? ABSENT : SKIPPED;
        }
        boolean connected = stream.connect(target);
        world.connected(target);
        return connected;
    }

    private static SocketAddress bad(int how) {
        return switch (how) {
            case 0 -> null;
            case 1 -> InetSocketAddress.createUnresolved("no.such.host.invalid", 1);
            case 2 ->
                new SocketAddress() {
                    private static final long serialVersionUID = 1;
                };
            case 3 -> UnixDomainSocketAddress.of("/no/such/file");
            default -> SocketVerbs.loopback(0);
        };
    }

    private static void addReads(List<ChannelVerb<StreamChannelWorld>> verbs) {
        verbs.add(ChannelVerb.of("read", STREAMS, 80, COUNTS, (world, me, n) -> {
            ByteBuffer target = ByteBuffer.allocate(n);
            return world.read(me, stream -> stream.read(target), target);
        }));
        verbs.add(ChannelVerb.of("readDirect", STREAMS, 10, COUNTS, (world, me, n) -> {
            ByteBuffer target = ByteBuffer.allocateDirect(n);
            return world.read(me, stream -> stream.read(target), target);
        }));
        verbs.add(ChannelVerb.of("readSome", STREAMS, 3, COUNTS, (world, me, n) -> {
            ByteBuffer target =
                    ByteBuffer.allocate(n + 5).position(2).limit(n + 2).slice();
            return world.read(me, stream -> stream.read(target), target);
        }));
        verbs.add(ChannelVerb.of("scatter", STREAMS, 6, COUNTS, (world, me, n) -> {
            ByteBuffer[] targets = buffers(n);
            return world.read(me, stream -> stream.read(targets), targets);
        }));
        verbs.add(ChannelVerb.of("scatterPart", STREAMS, 3, PARTS, (world, me, n) -> {
            ByteBuffer[] targets = buffers(3);
            return world.read(me, stream -> stream.read(targets, 1, n), targets);
        }));
        verbs.add(ChannelVerb.of("readBadly", STREAMS, 2, new int[] {0, 1, 2}, (world, me, n) -> {
            ByteBuffer target = n == 0 ? null : ByteBuffer.allocate(n - 1).asReadOnlyBuffer();
            return world.read(me, stream -> stream.read(target));
        }));
    }

    private static ByteBuffer[] buffers(int count) {
        return new ByteBuffer[] {
            ByteBuffer.allocate(count), ByteBuffer.allocateDirect(0), ByteBuffer.allocate(count + 1)
        };
    }

    private static void addWrites(List<ChannelVerb<StreamChannelWorld>> verbs) {
        verbs.add(onWrite("write", 80, COUNTS, (world, me, n) -> {
            ByteBuffer source = world.letters(me, n);
            return world.stream(me).write(source) + " left " + source.remaining();
        }));
        verbs.add(onWrite("writeDirect", 10, COUNTS, (world, me, n) -> {
            ByteBuffer letters = world.letters(me, n);
            ByteBuffer source = ByteBuffer.allocateDirect(letters.remaining());
            source.put(letters).flip();
            return world.stream(me).write(source) + " left " + source.remaining();
        }));
        verbs.add(
                onWrite("gather", 6, COUNTS, (world, me, n) -> world.stream(me).write(sources(world, me, n))));
        verbs.add(onWrite(
                "gatherPart", 3, PARTS, (world, me, n) -> world.stream(me).write(sources(world, me, 2), 1, n)));
    }

    private static ByteBuffer[] sources(StreamChannelWorld world, String me, int count) {
        return new ByteBuffer[] {
            world.letters(me, count),
            ByteBuffer.allocate(0),
            world.letters(me, 2).asReadOnlyBuffer()
        };
    }

    private static ChannelVerb<StreamChannelWorld> onWrite(
            String name, int weight, int[] numbers, ChannelVerb.Call<StreamChannelWorld> call) {
        return ChannelVerb.of(
                name,
                STREAMS,
                weight,
                numbers,
                (world, me, n) -> world.stream(me) == null ? ABSENT : call.run(world, me, n));
    }

    private static void addEnds(List<ChannelVerb<StreamChannelWorld>> verbs) {
        int[] none = {0};
        verbs.add(onStream("shutdownInput", 12, none, (stream, n) -> stream.shutdownInput() == stream));
        verbs.add(onStream("shutdownOutput", 16, none, (stream, n) -> stream.shutdownOutput() == stream));
        verbs.add(onStream("close", 24, none, (stream, n) -> {
            stream.close();
            return stream.isOpen();
        }));
        verbs.add(onStream("reset", 16, none, (stream, n) -> {
            stream.setOption(StandardSocketOptions.SO_LINGER, 0);
            stream.close();
            return stream.isOpen();
        }));
    }

    private static void addServers(List<ChannelVerb<StreamChannelWorld>> verbs) {
        verbs.add(ChannelVerb.of(
                "openServer", SERVERS, 1, FLAG, (world, me, n) -> world.look(world.openServer(me, n == 1))));
        verbs.add(ChannelVerb.of("bind", SERVERS, 6, BINDINGS, (world, me, n) -> {
            ServerSocketChannel server = world.server(me);
            int backlog = n == 1 ? 1 : n - 3;
            return server.bind(SocketScriptRunner.bindable(n == 1 ? 0 : n), backlog) == server
                    ? server.getLocalAddress()
                    : "another";
        }));
        verbs.add(ChannelVerb.of("bindTo", SERVERS, 2, TARGETS, (world, me, n) -> {
            InetSocketAddress taken = world.taken(me, n);
            return taken == null ? SKIPPED : world.server(me).bind(taken);
        }));
        verbs.add(ChannelVerb.of("accept", SERVERS, 40, FLAG, (world, me, n) -> world.accept(me, n == 1)));
        verbs.add(ChannelVerb.of("look", SERVERS, 4, (world, me) -> world.look(world.server(me))));
        verbs.add(ChannelVerb.of("close", SERVERS, 6, (world, me) -> {
            world.server(me).close();
            return world.server(me).isOpen();
        }));
    }
}
