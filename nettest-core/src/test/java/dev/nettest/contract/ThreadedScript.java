package dev.nettest.contract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A sequence of calls by several threads, some of which block, and what each step led to in memory: the calls that
 * finished, with their outcomes. A call that is not listed as finished is still blocked.
 */
record ThreadedScript(Factory factory, boolean virtual, List<ThreadedStep> steps, Run inMemory) {
    private static final int LENGTH = 14;

    /** The threads that steps are given to; the last one if the others are blocked. */
    private static final List<String> SLOTS = List.of("T1", "T2", "T3", "main");

    private static final int ATTEMPTS = 200;

    /** The name of a step that interrupts a blocked call; its actor is that of the call. */
    static final String INTERRUPT = "interrupt";

    private static final int INTERRUPT_ODDS = 12;

    /** Makes the world of a script on an arm. */
    @FunctionalInterface
    interface Factory {
        ThreadedWorld world(ThreadedArm arm) throws Exception;

        /** The arm in which scripts are made, and which is compared with loopback. */
        default ThreadedArm arm(boolean virtual) {
            return ThreadedArm.inMemory(virtual);
        }
    }

    /** @param finished the slots of the calls that each step finished */
    record Run(List<String> lines, List<Set<String>> finished) {}

    /** Makes the script while it runs, in memory unless the factory has another arm. */
    static ThreadedScript random(Factory factory, long seed) throws Exception {
        Random random = new Random(seed);
        List<ThreadedStep> steps = new ArrayList<>();
        boolean virtual = Task.virtualThreadsExist() && random.nextInt(3) == 0;
        try (ThreadedArm arm = factory.arm(virtual);
                ThreadedWorld world = factory.world(arm)) {
            Runner runner = new Runner(arm, world);
            while (steps.size() < LENGTH) {
                ThreadedStep step = step(random, world, runner);
                if (step == null) {
                    break;
                }
                steps.add(step);
                runner.run(step, Set.of());
            }
            runner.end(List.of());
            return new ThreadedScript(factory, virtual, steps, runner.result());
        }
    }

    /** A step whose thread is free; null if there is none, or if all of many steps are excluded. */
    private static ThreadedStep step(Random random, ThreadedWorld world, Runner runner) {
        String slot = runner.freeSlot(random);
        List<ThreadedCall> blocked = runner.unfinished();
        if (slot != null && !blocked.isEmpty() && random.nextInt(INTERRUPT_ODDS) == 0) {
            ThreadedStep step = interrupt(slot, blocked.get(random.nextInt(blocked.size())));
            if (world.isDeterministic(step, blocked)) {
                return step;
            }
        }
        for (int attempt = 0; slot != null && attempt < ATTEMPTS; attempt++) {
            ThreadedVerb verb = weighed(random, world.verbs());
            String actor = verb.actors().get(random.nextInt(verb.actors().size()));
            ThreadedStep step = new ThreadedStep(slot, actor, verb, verb.anyNumber(random));
            ThreadedStep numbered = new ThreadedStep(slot, actor, verb, world.number(step));
            if (world.isDeterministic(numbered, blocked)) {
                return numbered;
            }
        }
        return null;
    }

    private static ThreadedStep interrupt(String slot, ThreadedCall blocked) {
        ThreadedVerb verb = ThreadedVerb.of(INTERRUPT, List.of(), 1, (me, n) -> null);
        return new ThreadedStep(slot, blocked.step().actor(), verb, SLOTS.indexOf(blocked.slot()));
    }

    private static ThreadedVerb weighed(Random random, List<ThreadedVerb> verbs) {
        int left = random.nextInt(verbs.stream().mapToInt(ThreadedVerb::weight).sum());
        for (ThreadedVerb verb : verbs) {
            left -= verb.weight();
            if (left < 0) {
                return verb;
            }
        }
        throw new AssertionError("verb out of range");
    }

    private static Run run(Factory factory, ThreadedArm opened, List<ThreadedStep> steps, Run expected)
            throws Exception {
        try (ThreadedArm arm = opened;
                ThreadedWorld world = factory.world(arm)) {
            Runner runner = new Runner(arm, world);
            List<Set<String>> finished = expected == null ? List.of() : expected.finished;
            for (int i = 0; i < steps.size(); i++) {
                if (!runner.run(steps.get(i), i < finished.size() ? finished.get(i) : Set.of())) {
                    break;
                }
            }
            runner.end(finished.subList(Math.min(steps.size(), finished.size()), finished.size()));
            return runner.result();
        }
    }

    /** The difference between memory and loopback, line by line; empty for none. */
    String difference() throws Exception {
        List<String> onLoopback = run(factory, ThreadedArm.onLoopback(virtual), steps, inMemory).lines;
        return onLoopback.equals(inMemory.lines) ? "" : Columns.of(onLoopback, inMemory.lines);
    }

    /** A shorter script that still differs, found by leaving out steps. */
    ThreadedScript shrunk() throws Exception {
        for (int i = steps.size() - 1; i >= 0; i--) {
            List<ThreadedStep> fewer = new ArrayList<>(steps);
            fewer.remove(i);
            ThreadedScript shorter =
                    new ThreadedScript(factory, virtual, fewer, run(factory, factory.arm(virtual), fewer, null));
            if (!shorter.difference().isEmpty()) {
                return shorter.shrunk();
            }
        }
        return this;
    }

    @Override
    public String toString() {
        return (virtual ? "virtual threads: " : "")
                + steps.stream().map(ThreadedStep::toString).collect(Collectors.joining(", "));
    }

    /** One run of a script on one arm. */
    private static final class Runner {
        private final ThreadedArm arm;
        private final ThreadedWorld world;
        private final Map<String, ThreadedCall> running = new HashMap<>();
        private final List<String> lines = new ArrayList<>();
        private final List<Set<String>> finished = new ArrayList<>();

        Runner(ThreadedArm arm, ThreadedWorld world) {
            this.arm = arm;
            this.world = world;
        }

        Run result() {
            return new Run(lines, finished);
        }

        List<ThreadedCall> unfinished() {
            return List.copyOf(running.values());
        }

        /** A random one of T1 to T3 that is not blocked, else main; null if that is blocked too. */
        String freeSlot(Random random) {
            List<String> free =
                    SLOTS.stream().filter(slot -> !running.containsKey(slot)).toList();
            int choices = Math.max(1, free.size() - 1);
            return free.isEmpty() ? null : free.get(random.nextInt(choices));
        }

        /** False if the thread of the step is blocked, which it is not in memory. */
        boolean run(ThreadedStep step, Set<String> expected) throws Exception {
            if (running.containsKey(step.slot())) {
                lines.add(step + ": its thread is still blocked");
                return false;
            }
            world.begins(step);
            ThreadedCall blocked = running.get(SLOTS.get(step.number() % SLOTS.size())); // of an interrupt
            ThreadedCall call = new ThreadedCall(step, () -> call(step, blocked));
            running.put(step.slot(), call);
            arm.start(call);
            settle(step.toString(), expected);
            return true;
        }

        /** The verb of the script belongs to the world in which the script was made. */
        private Object call(ThreadedStep step, ThreadedCall blocked) throws Exception {
            if (step.verb().name().equals(INTERRUPT)) {
                if (blocked != null) {
                    blocked.thread().interrupt();
                }
                return "ok";
            }
            ThreadedVerb verb = world.verbs().stream()
                    .filter(other -> other.name().equals(step.verb().name())
                            && other.actors().contains(step.actor()))
                    .findFirst()
                    .orElseThrow();
            Object result = verb.call().run(step.actor(), step.number());
            return result == null ? "ok" : result;
        }

        /**
         * Closes all sockets, which ends the calls that are still blocked.
         *
         * @param expected the slots of the calls that each close finished in memory; empty in memory itself
         */
        void end(List<Set<String>> expected) throws Exception {
            List<String> actors = world.actors(unfinished());
            for (int i = 0; i < actors.size(); i++) {
                String actor = actors.get(i);
                world.closeActor(actor);
                settle("end of " + actor, i < expected.size() ? expected.get(i) : Set.of());
            }
        }

        private void settle(String what, Set<String> expected) {
            arm.settle(running.values(), expected, () -> world.isSettled(running.values()));
            Set<String> ended = new HashSet<>();
            StringBuilder line = new StringBuilder(what);
            for (String slot : SLOTS) {
                ThreadedCall call = running.get(slot);
                if (call != null && call.isDone()) {
                    ended.add(slot);
                    line.append("\n    ").append(call.step()).append(" = ").append(world.named(call.outcome()));
                }
            }
            for (String slot : SLOTS) {
                if (ended.contains(slot)) {
                    world.ended(running.remove(slot));
                }
            }
            finished.add(ended);
            lines.addAll(line.toString().lines().toList());
        }
    }
}
