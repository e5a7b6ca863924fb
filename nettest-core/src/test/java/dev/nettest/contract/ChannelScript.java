package dev.nettest.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A sequence of calls of one thread on non-blocking channels and on selectors. The seed alone determines it. A step
 * that would block or race is skipped while the script runs, on all arms alike.
 */
record ChannelScript<W extends ChannelWorld>(Kind<W> kind, List<ChannelStep<W>> steps) {
    private static final int LENGTH = 36;

    /** The channels that a script is about. */
    interface Kind<W extends ChannelWorld> {
        W world(SocketArm arm) throws IOException;

        List<ChannelVerb<W>> verbs();

        /** The names of the verbs and actors that a script begins with, as {@code actor.verb number}. */
        List<String> opening(Random random);
    }

    static <W extends ChannelWorld> ChannelScript<W> random(Kind<W> kind, long seed) {
        Random random = new Random(seed);
        List<ChannelVerb<W>> verbs = kind.verbs();
        List<ChannelStep<W>> steps = new ArrayList<>();
        for (String step : kind.opening(random)) {
            steps.add(parse(step, verbs));
        }
        for (int length = steps.size() + LENGTH; steps.size() < length; ) {
            steps.add(ChannelVerb.anyStep(random, verbs));
        }
        return new ChannelScript<>(kind, List.copyOf(steps));
    }

    private static <W extends ChannelWorld> ChannelStep<W> parse(String step, List<ChannelVerb<W>> verbs) {
        String[] words = step.split("[. ]");
        ChannelVerb<W> named = verbs.stream()
                .filter(verb -> verb.name().equals(words[1]) && verb.actors().contains(words[0]))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such step: " + step));
        return new ChannelStep<>(words[0], named, words.length > 2 ? Integer.parseInt(words[2]) : 0);
    }

    /**
     * The outcomes, one step a line, each followed by the keys of the selectors if these have changed.
     *
     * @param settling true to wait after each step until the network has delivered everything
     */
    List<String> run(SocketArm opened, boolean settling) throws IOException {
        List<String> lines = new ArrayList<>();
        try (SocketArm arm = opened;
                W world = kind.world(arm)) {
            String before = "";
            for (ChannelStep<W> step : steps) {
                lines.add(step + " = " + step.run(world));
                if (settling) {
                    world.settle();
                }
                String keys = world.keys();
                if (!keys.equals(before)) {
                    lines.add("    " + keys);
                    before = keys;
                }
            }
            lines.addAll(world.finalState());
        }
        return lines;
    }

    /** The difference between an arm and loopback, line by line; empty for none. */
    String difference(Supplier<SocketArm> arm) throws IOException {
        // Loopback nearly always delivers at once. Only if the outcomes differ, wait for delivery after each step.
        return difference(arm, false).isEmpty() ? "" : difference(arm, true);
    }

    private String difference(Supplier<SocketArm> arm, boolean settling) throws IOException {
        List<String> onLoopback = run(SocketArm.onLoopback(), settling);
        List<String> onArm = run(arm.get(), settling);
        return onLoopback.equals(onArm) ? "" : Columns.of(onLoopback, onArm);
    }

    /** A shorter script that still differs, found by leaving out steps. */
    ChannelScript<W> shrunk(Supplier<SocketArm> arm) throws IOException {
        ChannelScript<W> shortest = this;
        for (int i = steps.size() - 1; i >= 0; i--) {
            List<ChannelStep<W>> fewer = new ArrayList<>(shortest.steps);
            fewer.remove(i);
            ChannelScript<W> shorter = new ChannelScript<>(kind, fewer);
            if (!shorter.difference(arm).isEmpty()) {
                shortest = shorter;
            }
        }
        return shortest;
    }

    @Override
    public String toString() {
        return steps.stream().map(ChannelStep::toString).collect(Collectors.joining(", "));
    }
}
