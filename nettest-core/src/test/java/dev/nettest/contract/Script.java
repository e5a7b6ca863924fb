package dev.nettest.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A sequence of operations on the two ends of a pair, written as {@code peer.write 7, peer.reset, read=7,
 * write=broken-pipe}. Without {@code peer.} it is the client's turn. They are done one after the other, each when all
 * that was sent before has arrived, and every one must be such that it does not block.
 *
 * <p>After the {@code =} stands the expected outcome in the words of {@link Outcome}. Without it a write is to write
 * all and a shutdown, close or reset to throw nothing; a read may come to anything.
 */
final class Script {
    /** How much a read asks for that does not say. */
    static final int READ = 100;

    private final List<Step> steps;

    private Script(List<Step> steps) {
        this.steps = steps;
    }

    record Step(boolean peer, String verb, int size, String expected) {
        Step(boolean peer, String verb, int size) {
            this(peer, verb, size, impliedBy(verb, size));
        }

        private static Step parse(String text) {
            String[] sides = text.strip().split("=");
            boolean peer = sides[0].startsWith("peer.");
            String[] words = (peer ? sides[0].substring("peer.".length()) : sides[0]).split(" ");
            int size = words.length > 1 ? Integer.parseInt(words[1]) : words[0].equals("read") ? READ : 1;
            return new Step(peer, words[0], size, sides.length > 1 ? sides[1] : impliedBy(words[0], size));
        }

        private static String impliedBy(String verb, int size) {
            return switch (verb) {
                case "read", "available", "isOpen" -> "";
                case "write" -> String.valueOf(size);
                default -> "ok";
            };
        }

        private Step within(int capacity) {
            int most = Math.max(1, capacity);
            boolean count = expected.matches("\\d+");
            return new Step(
                    peer,
                    verb,
                    verb.equals("write") ? Math.min(size, most) : size,
                    count ? String.valueOf(Math.min(Integer.parseInt(expected), most)) : expected);
        }

        private boolean readsInParts() {
            return verb.equals("read") && size > 0 && size < READ;
        }

        private String withOutcome(String outcome) {
            return outcome.isEmpty() || outcome.equals("ok") ? toString() : this + " = " + outcome;
        }

        @Override
        public String toString() {
            boolean sized = verb.equals("write") || (verb.equals("read") && size != READ);
            return (peer ? "peer." : "") + verb + (sized ? " " + size : "");
        }
    }

    static Script parse(String text) {
        return new Script(Arrays.stream(text.split(",")).map(Step::parse).toList());
    }

    static Script of(List<Step> steps) {
        return new Script(List.copyOf(steps));
    }

    /**
     * The same, cut down to what a small buffer takes; unchanged if it reads in parts, which would no longer add up.
     */
    Script within(int capacity) {
        boolean readsInParts = steps.stream().anyMatch(Step::readsInParts);
        return readsInParts
                ? this
                : new Script(steps.stream().map(step -> step.within(capacity)).toList());
    }

    boolean has(String verb) {
        return steps.stream().anyMatch(step -> step.verb().equals(verb));
    }

    /** Whether no step has to wait for another thread. */
    boolean runsAlone(int capacity, boolean unix) {
        Foresight foresight = new Foresight(unix);
        return steps.stream().allMatch(step -> foresight.admits(step, capacity));
    }

    /** The script with the expected outcomes spelled out, a step a line. */
    String expected(Face me, Face peer) {
        return steps.stream()
                .map(step -> step.withOutcome(Outcome.expand(step.expected(), step.peer() ? peer : me)))
                .collect(Collectors.joining("\n"));
    }

    /**
     * The script with the outcomes it came to; on a thread of its own, so that an operation that blocks is a failure.
     */
    String run(StreamBackend backend, Pair pair) {
        List<String> done = new ArrayList<>();
        Task task = Task.start(backend, "script: " + this, () -> {
            for (Step step : steps) {
                String outcome = perform(step, step.peer() ? pair.server() : pair.client());
                done.add(step.withOutcome(outcome));
                pair.settle();
            }
            return String.join("\n", done);
        });
        try {
            return task.outcome();
        } catch (AssertionError e) {
            throw new AssertionError("after " + List.copyOf(done), e);
        }
    }

    private static String perform(Step step, Stream end) {
        return switch (step.verb()) {
            case "read" -> Outcome.read(end, step.size());
            case "write" -> Outcome.write(end, step.size());
            case "available" -> Outcome.of(end::available);
            case "shutdownInput" -> Outcome.done(end::shutdownInput);
            case "shutdownOutput" -> Outcome.done(end::shutdownOutput);
            case "close" -> Outcome.done(end::close);
            case "reset" -> Outcome.done(end::reset);
            case "isOpen" -> Outcome.of(end::isOpen);
            default -> throw new IllegalArgumentException("unknown step: " + step);
        };
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    }
}
