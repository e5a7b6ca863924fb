package dev.nettest.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** A sequence of calls on the sockets of a {@link SocketScriptRunner}, and their outcomes in memory. */
record SocketScript(List<SocketStep> steps, String inMemory) {
    private static final int LENGTH = 20;
    private static final int ACTORS = 6;

    /** The first steps of a connected script; some scripts omit the last ones. */
    private static final List<SocketStep> CONNECTING = List.of(
            new SocketStep("s", SocketVerbs.ofServer("bind"), 0),
            new SocketStep("a", SocketVerbs.ofSocket("connect"), 0),
            new SocketStep("s", SocketVerbs.ofServer("accept"), 0),
            new SocketStep("a", SocketVerbs.ofSocket("streams"), 0),
            new SocketStep("p", SocketVerbs.ofSocket("streams"), 0));

    /** One in so many steps that wait for a timeout is kept. */
    private static final int WAITING_STEP_ODDS = 60;

    /**
     * A random script. Most start with two connected endpoints, the others with unconnected sockets. It runs in memory
     * while it is generated, to find the steps that would wait.
     */
    static SocketScript random(long seed) throws Exception {
        Random random = new Random(seed);
        List<SocketStep> steps = new ArrayList<>();
        List<String> done = new ArrayList<>();
        try (SocketScriptRunner runner = SocketScriptRunner.inMemory()) {
            boolean connected = random.nextInt(4) > 0;
            for (SocketStep step : connected ? CONNECTING.subList(0, 3 + random.nextInt(3)) : List.<SocketStep>of()) {
                done.add(step + " = " + step.run(runner));
                steps.add(step);
            }
            boolean reuseTouched = false;
            while (steps.size() < LENGTH) {
                SocketStep step = step(random, connected);
                if (runner.isDeterministic(step, reuseTouched)
                        && (!runner.waits(step) || random.nextInt(WAITING_STEP_ODDS) == 0)) {
                    done.add(step + " = " + step.run(runner));
                    steps.add(step);
                    reuseTouched |= SocketScriptRunner.touchesReuse(step);
                }
            }
            return new SocketScript(steps, String.join("\n", done) + runner.finalState());
        }
    }

    private static SocketScript of(List<SocketStep> steps) throws Exception {
        return new SocketScript(steps, run(steps, SocketScriptRunner.inMemory(), false));
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
        List<SocketVerb> verbs = SocketScriptRunner.SERVERS.contains(name)
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
        throw new AssertionError("actor out of range");
    }

    /** The outcomes, one step a line, and the final state. */
    private static String run(List<SocketStep> steps, SocketScriptRunner opened, boolean settling) throws Exception {
        List<String> done = new ArrayList<>();
        try (SocketScriptRunner runner = opened) {
            for (SocketStep step : steps) {
                done.add(step + " = " + step.run(runner));
                if (settling) {
                    runner.settle();
                }
            }
            return String.join("\n", done) + runner.finalState();
        }
    }

    /** The difference between memory and loopback, line by line; empty for none. */
    String difference() throws Exception {
        // Loopback nearly always delivers at once. Only if the outcomes differ, wait for delivery after each step.
        if (run(steps, SocketScriptRunner.onLoopback(), false).equals(inMemory)) {
            return "";
        }
        String onLoopback = run(steps, SocketScriptRunner.onLoopback(), true);
        return onLoopback.equals(inMemory)
                ? ""
                : Columns.of(onLoopback.lines().toList(), inMemory.lines().toList());
    }

    /** A shorter script that still differs, found by leaving out steps. */
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

    @Override
    public String toString() {
        return steps.stream().map(SocketStep::toString).collect(Collectors.joining(", "));
    }
}
