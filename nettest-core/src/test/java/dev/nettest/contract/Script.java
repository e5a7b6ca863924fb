package dev.nettest.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A sequence of operations on the two endpoints of a pair, written as {@code peer.write 7, peer.reset, read=7,
 * write=broken-pipe}. An operation without {@code peer.} is the client's. Each runs after everything that was sent
 * before has arrived. No operation may block.
 *
 * <p>After the {@code =} stands the expected outcome in the words of {@link Outcome}. Without it a write must write all
 * bytes, and a shutdown, close or reset must throw nothing; a read may have any outcome.
 */
final class Script {
    /** The size of a read without a number. */
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
     * The same script with sizes that fit a small buffer; unchanged if it reads in parts, which would not add up.
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

    /** True if no step has to wait for another thread. */
    boolean runsAlone(int capacity, boolean unix) {
        BlockingPredictor predictor = new BlockingPredictor(unix);
        return steps.stream().allMatch(step -> predictor.admits(step, capacity));
    }

    /** The script with the expected outcomes in full, one step a line. */
    String expected(JdkType local, JdkType peer) {
        return steps.stream()
                .map(step -> step.withOutcome(Outcome.expand(step.expected(), step.peer() ? peer : local)))
                .collect(Collectors.joining("\n"));
    }

    /**
     * The script with its actual outcomes. It runs on a separate thread, so that a blocking operation is a failure.
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

    private static String perform(Step step, Stream stream) {
        return switch (step.verb()) {
            case "read" -> Outcome.read(stream, step.size());
            case "write" -> Outcome.write(stream, step.size());
            case "available" -> Outcome.of(stream::available);
            case "shutdownInput" -> Outcome.done(stream::shutdownInput);
            case "shutdownOutput" -> Outcome.done(stream::shutdownOutput);
            case "close" -> Outcome.done(stream::close);
            case "reset" -> Outcome.done(stream::reset);
            case "isOpen" -> Outcome.of(stream::isOpen);
            default -> throw new IllegalArgumentException("unknown step: " + step);
        };
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    }
}
