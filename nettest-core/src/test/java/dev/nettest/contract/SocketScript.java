package dev.nettest.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Calls on the sockets of a {@link SocketWorld}, one after the other, and what they come to in memory. */
record SocketScript(List<SocketStep> steps, String inMemory) {
    private static final int LENGTH = 20;
    private static final int ACTORS = 6;

    /** Some of the scripts have the streams from the start. */
    private static final List<SocketStep> CONNECTING = List.of(
            new SocketStep("s", SocketVerbs.ofServer("bind"), 0),
            new SocketStep("a", SocketVerbs.ofSocket("connect"), 0),
            new SocketStep("s", SocketVerbs.ofServer("accept"), 0),
            new SocketStep("a", SocketVerbs.ofSocket("streams"), 0),
            new SocketStep("p", SocketVerbs.ofSocket("streams"), 0));

    /** Of how many steps that wait for a timeout one is taken. */
    private static final int PATIENCE = 60;

    /**
     * A script from a random source, mostly of two ends that are connected at first, else of sockets that are yet to be. It is run in memory
     * while it is made, so as to know what would wait.
     */
    static SocketScript random(long seed) throws Exception {
        Random random = new Random(seed);
        List<SocketStep> steps = new ArrayList<>();
        List<String> done = new ArrayList<>();
        try (SocketWorld world = SocketWorld.inMemory()) {
            boolean connected = random.nextInt(4) > 0;
            for (SocketStep step : connected ? CONNECTING.subList(0, 3 + random.nextInt(3)) : List.<SocketStep>of()) {
                done.add(step + " = " + step.run(world));
                steps.add(step);
            }
            boolean reuseTouched = false;
            while (steps.size() < LENGTH) {
                SocketStep step = step(random, connected);
                if (world.isFair(step, reuseTouched) && (!world.waits(step) || random.nextInt(PATIENCE) == 0)) {
                    done.add(step + " = " + step.run(world));
                    steps.add(step);
                    reuseTouched |= SocketWorld.touchesReuse(step);
                }
            }
            return new SocketScript(steps, String.join("\n", done) + world.picture());
        }
    }

    private static SocketScript of(List<SocketStep> steps) throws Exception {
        return new SocketScript(steps, run(steps, SocketWorld.inMemory(), false));
    }

    private static SocketStep step(Random random, boolean connected) {
        int actor = random.nextInt(connected ? 2 * ACTORS : ACTORS);
        String name = switch (actor) {
            case 0, 6, 7 -> "a";
            case 1 -> "b";
            case 2, 8, 9, 10, 11 -> "p";
            case 3 -> "q";
            case 4 -> "s";
            default -> "t";
        };
        boolean lively = !connected && random.nextBoolean();
        List<SocketVerb> verbs = SocketWorld.SERVERS.contains(name)
                ? SocketVerbs.OF_SERVERS
                : lively ? SocketVerbs.LIFE : SocketVerbs.OF_SOCKETS;
        SocketVerb verb = weighed(random, verbs);
        return new SocketStep(name, verb, verb.anyNumber(random));
    }

    private static SocketVerb weighed(Random random, List<SocketVerb> verbs) {
        int left = random.nextInt(verbs.stream().mapToInt(SocketVerb::weight).sum());
        for (SocketVerb verb : verbs) {
            left -= verb.weight();
            if (left < 0) {
                return verb;
            }
        }
        throw new AssertionError("weights add up");
    }

    /** What they come to, a step a line, and what is to be seen at the end. */
    private static String run(List<SocketStep> steps, SocketWorld opened, boolean settling) throws Exception {
        List<String> done = new ArrayList<>();
        try (SocketWorld world = opened) {
            for (SocketStep step : steps) {
                done.add(step + " = " + step.run(world));
                if (settling) {
                    world.settle();
                }
            }
            return String.join("\n", done) + world.picture();
        }
    }

    /** How it differs in memory from loopback, in two columns; empty where it does not. */
    String difference() throws Exception {
        // Delivery takes no time that anyone can see, almost always: only where it might have, the kernel is asked step
        // by step.
        if (run(steps, SocketWorld.onLoopback(), false).equals(inMemory)) {
            return "";
        }
        String onLoopback = run(steps, SocketWorld.onLoopback(), true);
        return onLoopback.equals(inMemory) ? "" : columns(onLoopback, inMemory);
    }

    /** The shortest script that can be made of this by leaving steps out, and still differs. */
    SocketScript shrunk() throws Exception {
        for (int i = steps.size() - 1; i >= 0; i--) {
            List<SocketStep> fewer = new ArrayList<>(steps);
            fewer.remove(i);
            SocketScript shorter = of(fewer);
            if (!shorter.difference().isEmpty()) {
                return shorter.shrunk();
            }
        }
        return this;
    }

    private static String columns(String there, String here) {
        List<String> loopback = there.lines().toList();
        List<String> memory = here.lines().toList();
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < Math.max(loopback.size(), memory.size()); i++) {
            String left = i < loopback.size() ? loopback.get(i) : "";
            String right = i < memory.size() ? memory.get(i) : "";
            table.append(left.equals(right) ? "  both      " + left : "! loopback  " + left + "\n! in memory " + right)
                    .append('\n');
        }
        return table.toString();
    }

    @Override
    public String toString() {
        return steps.stream().map(SocketStep::toString).collect(Collectors.joining(", "));
    }
}
