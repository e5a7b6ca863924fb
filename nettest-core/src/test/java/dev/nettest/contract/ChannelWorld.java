package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Named channels of one selector provider, and two selectors {@code x} and {@code y}. */
abstract class ChannelWorld implements AutoCloseable {
    static final List<String> SELECTORS = List.of("x", "y");

    /** The outcome of a step on an actor that does not exist. */
    static final String ABSENT = "absent";

    /** The outcome of a step that would block, or whose outcome is not the same in every run. */
    static final String SKIPPED = "skipped";

    /** The text of a server channel. It names a class of the JDK, and JDK 25 leaves its address out. */
    private static final Pattern SERVER =
            Pattern.compile("[\\w.]*ServerSocketChannel\\w*\\[(?:[^\\[\\]]|\\[[^\\]]*\\])*\\]");

    private static final Pattern PORT = Pattern.compile("\\b\\d{5}\\b");

    /** The ephemeral ports of Linux. No option and no size of a script is in this range. */
    private static final int FIRST_EPHEMERAL = 32_768;

    private static final int LAST_EPHEMERAL = 60_999;

    private final SocketArm arm;
    private final Map<String, SelectableChannel> channels = new TreeMap<>();
    private final Map<String, Selector> selectors = new TreeMap<>();
    private final Map<String, SelectionKey> keys = new HashMap<>();
    private final Map<Channel, String> names = new IdentityHashMap<>();
    private final Deque<SelectableChannel> opened = new ArrayDeque<>();
    private final Deque<Selector> openedSelectors = new ArrayDeque<>();
    private final Map<Integer, String> ports = new HashMap<>();
    private int generations;

    ChannelWorld(SocketArm arm) {
        this.arm = arm;
    }

    final SelectorProvider provider() {
        return arm.provider();
    }

    final boolean isReal() {
        return arm.isReal();
    }

    // ---- channels

    /** Null if there is none. */
    final SelectableChannel channel(String actor) {
        return channels.get(actor);
    }

    final boolean exists(String actor) {
        return channels.containsKey(actor);
    }

    /** Gives {@code actor} a new channel; the former one stays open, and registered. */
    final <C extends SelectableChannel> C name(String actor, C channel) {
        opened.push(channel);
        names.put(channel, names.containsValue(actor) ? actor + ++generations : actor);
        channels.put(actor, channel);
        return channel;
    }

    final String nameOf(Channel channel) {
        return names.getOrDefault(channel, "unnamed");
    }

    // ---- selectors and keys

    final Selector selector(String name) throws IOException {
        Selector selector = selectors.get(name);
        return selector == null ? openSelector(name) : selector;
    }

    final Selector openSelector(String name) throws IOException {
        Selector selector = provider().openSelector();
        openedSelectors.push(selector);
        selectors.put(name, selector);
        return selector;
    }

    /** The key of the last registration of {@code actor} with the selector, even if it was cancelled; may be null. */
    final SelectionKey key(String actor, String selector) {
        return keys.get(actor + "@" + selector);
    }

    final SelectionKey register(String actor, String selector, int ops, Object attachment) throws IOException {
        SelectionKey key = channel(actor).register(selector(selector), ops, attachment);
        keys.put(actor + "@" + selector, key);
        return key;
    }

    /** The keys of both selectors with their interest set and ready set, and the selected ones. */
    final String keys() {
        return selectors.entrySet().stream()
                .map(entry -> entry.getKey() + " " + Outcome.of(() -> keysOf(entry.getValue())))
                .collect(Collectors.joining("; "));
    }

    private String keysOf(Selector selector) {
        Set<SelectionKey> all = selector.keys();
        return all.size()
                + all.stream().map(this::state).sorted().collect(Collectors.joining(", ", " keys [", "] selected "))
                + namesOf(selector.selectedKeys());
    }

    final List<String> namesOf(Iterable<SelectionKey> some) {
        java.util.ArrayList<String> found = new java.util.ArrayList<>();
        some.forEach(key -> found.add(nameOf(key.channel())));
        found.sort(null);
        return found;
    }

    /** Interest set / ready set. */
    final String state(SelectionKey key) {
        return nameOf(key.channel()) + (key.isValid() ? " " + key.interestOps() + "/" + key.readyOps() : " cancelled");
    }

    // ---- addresses

    /** Replaces ephemeral ports by names, in the order of appearance, and drops the class of server channels. */
    final String named(String outcome) {
        String published = SERVER.matcher(outcome).replaceAll("server channel");
        return PORT.matcher(published).replaceAll(found -> nameOf(found.group(), Integer.parseInt(found.group())));
    }

    private String nameOf(String number, int port) {
        return port < FIRST_EPHEMERAL || port > LAST_EPHEMERAL
                ? number
                : ports.computeIfAbsent(port, unknown -> "port" + (ports.size() + 1));
    }

    final Set<Integer> knownPorts() {
        return ports.keySet();
    }

    /** 0 if the channel is unbound or closed. */
    static int localPort(SelectableChannel channel) {
        try {
            return channel instanceof NetworkChannel bindable ? port(bindable.getLocalAddress()) : 0;
        } catch (IOException closed) {
            return 0;
        }
    }

    private static int port(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Returns when the network has delivered everything that was sent. In memory that needs no wait. */
    abstract void settle() throws IOException;

    /** The state of each channel at the end of a script. */
    final List<String> finalState() {
        return channels.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + named(Outcome.of(() -> look(entry.getValue()))))
                .toList();
    }

    /** All getters of a channel that throw nothing. */
    abstract String look(SelectableChannel channel) throws IOException;

    /** The state of any channel. */
    static String common(SelectableChannel channel) {
        return (channel.isOpen() ? "open " : "closed ")
                + (channel.isBlocking() ? "blocking " : "")
                + (channel.isRegistered() ? "registered " : "");
    }

    /** Closes with resets, so that few connections linger in the kernel's table. */
    @Override
    public void close() throws IOException {
        for (SelectableChannel channel : opened) {
            if (channel instanceof SocketChannel stream) {
                Outcome.done(() -> stream.setOption(StandardSocketOptions.SO_LINGER, 0)); // throws if it is closed
            }
            channel.close();
        }
        for (Selector selector : openedSelectors) {
            selector.close(); // finishes the closes of registered channels
        }
    }
}
