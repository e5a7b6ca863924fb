package dev.nettest.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generates random scripts of steps that do not block and that every backend supports. */
final class ScriptSource {
    private static final List<String> VERBS = List.of(
            "read",
            "read",
            "read",
            "read",
            "read",
            "read",
            "write",
            "write",
            "write",
            "write",
            "write",
            "write",
            "isOpen",
            "shutdownOutput",
            "shutdownOutput",
            "shutdownInput",
            "close",
            "reset");

    private final Random random;
    private final int capacity;
    private final boolean unix;

    ScriptSource(long seed, int capacity, boolean unix) {
        this.unix = unix;
        this.random = new Random(seed);
        this.capacity = capacity;
    }

    Script next(int length) {
        List<Script.Step> steps = new ArrayList<>();
        while (steps.size() < length) {
            Script.Step step = step();
            List<Script.Step> longer = new ArrayList<>(steps);
            longer.add(step);
            if (!isRepeated(step, steps)
                    && Script.of(longer).runsAlone(capacity, unix)
                    && !(unix && step.verb().equals("reset"))) {
                steps = longer;
            }
        }
        return Script.of(steps);
    }

    private Script.Step step() {
        String verb = VERBS.get(random.nextInt(VERBS.size()));
        boolean peer = random.nextBoolean();
        return switch (verb) {
            case "read" -> new Script.Step(peer, verb, random.nextInt(3) == 0 ? random.nextInt(5) : Script.READ);
            case "write" -> new Script.Step(peer, verb, random.nextInt(Math.min(12, capacity + 2)));
            default -> new Script.Step(peer, verb, 0);
        };
    }

    /** True for a second shutdown or close: its outcome depends on the JDK type, not on the bytes. */
    private static boolean isRepeated(Script.Step step, List<Script.Step> before) {
        return switch (step.verb()) {
            case "shutdownInput", "shutdownOutput", "reset" ->
                before.stream()
                        .filter(earlier -> earlier.peer() == step.peer())
                        .anyMatch(earlier -> earlier.verb().equals(step.verb())
                                || earlier.verb().equals("close")
                                || earlier.verb().equals("reset"));
            default -> false;
        };
    }
}
