package dev.nettest.contract;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The methods of selectors, keys and selectable channels that a {@link ChannelScript} calls. */
final class SelectorVerbs {
    private static final List<String> X = List.of("x");
    private static final List<String> BOTH = ChannelWorld.SELECTORS;

    private static final int[] NONE = {0};

    /** Valid and invalid interest sets; the bits are 1 to read, 4 to write, 8 to connect and 16 to accept. */
    private static final int[] OPS = {0, 1, 1, 1, 4, 5, 5, 5, 8, 9, 12, 13, 13, 16, 16, 2, 21, 29, 64, -1};

    private SelectorVerbs() {}

    /** @param channels the actors that are selectable channels */
    static <W extends ChannelWorld> List<ChannelVerb<W>> of(List<String> channels) {
        List<ChannelVerb<W>> verbs = new ArrayList<>();
        addSelects(verbs);
        addSets(verbs, channels);
        addRegistrations(verbs, channels);
        addKeys(verbs, channels);
        return verbs;
    }

    private static <W extends ChannelWorld> void addSelects(List<ChannelVerb<W>> verbs) {
        verbs.add(ChannelVerb.of(
                "selectNow", X, 180, (world, me) -> world.selector(me).selectNow()));
        verbs.add(ChannelVerb.of(
                "selectNow", BOTH, 4, (world, me) -> world.selector(me).selectNow()));
        verbs.add(ChannelVerb.of("select", X, 4, new int[] {-1, 1, 1, 1}, (world, me, n) -> select(world, me, n)));
        verbs.add(
                ChannelVerb.of("wakeup", X, 3, (world, me) -> world.selector(me).wakeup() == world.selector(me)));
        verbs.add(ChannelVerb.of(
                "wakeupAndSelect",
                X,
                3,
                (world, me) -> world.selector(me).wakeup().select()));
        verbs.add(ChannelVerb.of("selectToConsumer", X, 12, (world, me) -> toConsumer(world, me, key -> {})));
        verbs.add(ChannelVerb.of("selectAndCancel", X, 1, (world, me) -> toConsumer(world, me, SelectionKey::cancel)));
        verbs.add(ChannelVerb.of(
                "selectInside", X, 1, (world, me) -> toConsumer(world, me, key -> selectAgain(world, me))));
        verbs.add(ChannelVerb.of("closeSelector", BOTH, 1, (world, me) -> {
            world.selector(me).close();
            return null;
        }));
        verbs.add(ChannelVerb.of("openSelector", BOTH, 1, (world, me) -> {
            return world.openSelector(me).isOpen();
        }));
        verbs.add(ChannelVerb.of(
                "isOpen",
                BOTH,
                1,
                (world, me) ->
                        world.selector(me).isOpen() + " " + (world.selector(me).provider() == world.provider())));
    }

    /** A select with a timeout. A negative one is an error. */
    private static Object select(ChannelWorld world, String me, int millis) throws Exception {
        return world.selector(me).select(millis);
    }

    private static Object toConsumer(ChannelWorld world, String me, Consumer<SelectionKey> consumer) throws Exception {
        List<SelectionKey> seen = new ArrayList<>();
        int count = world.selector(me).selectNow(key -> {
            seen.add(key);
            consumer.accept(key);
        });
        return count + " " + world.namesOf(seen);
    }

    private static void selectAgain(ChannelWorld world, String me) {
        try {
            world.selector(me).selectNow();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static <W extends ChannelWorld> void addSets(List<ChannelVerb<W>> verbs, List<String> channels) {
        verbs.add(ChannelVerb.of("takeAllSelected", X, 40, (world, me) -> {
            List<String> names = world.namesOf(world.selector(me).selectedKeys());
            world.selector(me).selectedKeys().clear();
            return names;
        }));
        verbs.add(ChannelVerb.of("removeByIterator", X, 2, (world, me) -> {
            var each = world.selector(me).selectedKeys().iterator();
            int count = 0;
            while (each.hasNext()) {
                each.next();
                each.remove();
                count++;
            }
            return count;
        }));
        verbs.add(onSelectedKeys("unselect", channels, (selected, key) -> selected.remove(key)));
        verbs.add(onSelectedKeys("selectByHand", channels, (selected, key) -> selected.add(key)));
        verbs.add(onSelectedKeys("isSelected", channels, (selected, key) -> selected.contains(key)));
    }

    /** A call on the selected keys of x with a key. */
    @FunctionalInterface
    private interface OnSelectedKeys {
        boolean run(Set<SelectionKey> selected, SelectionKey key);
    }

    private static <W extends ChannelWorld> ChannelVerb<W> onSelectedKeys(
            String name, List<String> channels, OnSelectedKeys call) {
        return onKey(
                name, channels, 2, NONE, (key, n) -> call.run(key.selector().selectedKeys(), key));
    }

    private static <W extends ChannelWorld> void addRegistrations(List<ChannelVerb<W>> verbs, List<String> channels) {
        verbs.add(ChannelVerb.of("register", channels, 40, OPS, (world, me, ops) -> register(world, me, "x", ops)));
        verbs.add(ChannelVerb.of("registerAll", channels, 30, (world, me) -> {
            return world.exists(me) ? register(world, me, "x", world.channel(me).validOps()) : ChannelWorld.ABSENT;
        }));
        verbs.add(ChannelVerb.of(
                "registerElsewhere", channels, 2, OPS, (world, me, ops) -> register(world, me, "y", ops)));
        verbs.add(ChannelVerb.of("configureBlocking", channels, 5, new int[] {0, 0, 1}, (world, me, n) -> {
            SelectableChannel channel = world.channel(me);
            return channel == null
                    ? ChannelWorld.ABSENT
                    : channel.configureBlocking(n == 1) == channel && channel.isBlocking();
        }));
        verbs.add(ChannelVerb.of("registration", channels, 3, (world, me) -> {
            SelectableChannel channel = world.channel(me);
            if (channel == null) {
                return ChannelWorld.ABSENT;
            }
            SelectionKey key = world.key(me, "x");
            return channel.isRegistered() + " "
                    + (channel.keyFor(world.selector("x")) == null) + " "
                    + (channel.keyFor(world.selector("x")) == key) + " "
                    + channel.validOps();
        }));
    }

    private static Object register(ChannelWorld world, String me, String selector, int ops) throws Exception {
        if (!world.exists(me)) {
            return ChannelWorld.ABSENT;
        }
        SelectionKey before = world.channel(me).keyFor(world.selector(selector));
        SelectionKey key = world.register(me, selector, ops, "attached " + ops);
        return (before == key ? "same " : "new ") + world.state(key);
    }

    private static <W extends ChannelWorld> void addKeys(List<ChannelVerb<W>> verbs, List<String> channels) {
        verbs.add(onKey("cancel", channels, 10, NONE, (key, n) -> {
            key.cancel();
            return key.isValid();
        }));
        verbs.add(onKey("interestOps", channels, 24, OPS, (key, ops) -> key.interestOps(ops) == key));
        verbs.add(onKey("interestOpsOr", channels, 2, OPS, (key, ops) -> key.interestOpsOr(ops)));
        verbs.add(onKey("interestOpsAnd", channels, 2, OPS, (key, ops) -> key.interestOpsAnd(ops)));
        verbs.add(onKey("getInterestOps", channels, 2, NONE, (key, n) -> key.interestOps()));
        verbs.add(onKey("readyOps", channels, 2, NONE, (key, n) -> key.readyOps()));
        verbs.add(onKey(
                "isReady",
                channels,
                4,
                NONE,
                (key, n) -> key.isReadable() + " " + key.isWritable() + " " + key.isConnectable() + " "
                        + key.isAcceptable()));
        verbs.add(onKey("isValid", channels, 3, NONE, (key, n) -> key.isValid()));
        verbs.add(onKey("attach", channels, 2, OPS, (key, n) -> key.attach(n) + " then " + key.attachment()));
        verbs.add(onKey(
                "removeFromKeys",
                channels,
                1,
                NONE,
                (key, n) -> key.selector().keys().remove(key)));
        verbs.add(onKey(
                "isRegistered",
                channels,
                2,
                NONE,
                (key, n) -> key.selector().keys().contains(key) + " "
                        + key.channel().isRegistered()));
    }

    /** A call on a key. */
    @FunctionalInterface
    private interface OnKey {
        Object run(SelectionKey key, int number);
    }

    private static <W extends ChannelWorld> ChannelVerb<W> onKey(
            String name, List<String> channels, int weight, int[] numbers, OnKey call) {
        return ChannelVerb.of(name, channels, weight, numbers, (world, me, number) -> {
            SelectionKey key = world.key(me, "x");
            return key == null ? ChannelWorld.ABSENT : call.run(key, number);
        });
    }
}
