package dev.nettest.contract;

import java.util.List;
import java.util.Random;

/** A call on one of {@code actors}, its weight in random scripts, and the numbers to call it with. */
record ThreadedVerb(String name, List<String> actors, int weight, int[] numbers, Call call) {
    private static final int[] NONE = {0};

    /** The call; a result of null becomes {@code ok}. */
    @FunctionalInterface
    interface Call {
        Object run(String actor, int number) throws Exception;
    }

    static ThreadedVerb of(String name, List<String> actors, int weight, Call call) {
        return new ThreadedVerb(name, actors, weight, NONE, call);
    }

    static ThreadedVerb of(String name, List<String> actors, int weight, int[] numbers, Call call) {
        return new ThreadedVerb(name, actors, weight, numbers, call);
    }

    int anyNumber(Random random) {
        return numbers[random.nextInt(numbers.length)];
    }
}
