package dev.nettest.contract;

import java.util.List;
import java.util.Random;

/** A call on one of {@code actors}, its weight in random scripts, and the numbers to call it with. */
record ChannelVerb<W extends ChannelWorld>(String name, List<String> actors, int weight, int[] numbers, Call<W> call) {
    private static final int[] NONE = {0};

    /** The call; a result of null becomes {@code ok}. */
    @FunctionalInterface
    interface Call<W extends ChannelWorld> {
        Object run(W world, String actor, int number) throws Exception;
    }

    /** A call without a number. */
    @FunctionalInterface
    interface Plain<W extends ChannelWorld> {
        Object run(W world, String actor) throws Exception;
    }

    static <W extends ChannelWorld> ChannelVerb<W> of(
            String name, List<String> actors, int weight, int[] numbers, Call<W> call) {
        return new ChannelVerb<>(name, actors, weight, numbers, call);
    }

    static <W extends ChannelWorld> ChannelVerb<W> of(String name, List<String> actors, int weight, Plain<W> call) {
        return new ChannelVerb<>(name, actors, weight, NONE, (world, actor, number) -> call.run(world, actor));
    }

    /** One of {@code verbs} by weight, on any of its actors. */
    static <W extends ChannelWorld> ChannelStep<W> anyStep(Random random, List<ChannelVerb<W>> verbs) {
        int left = random.nextInt(verbs.stream().mapToInt(ChannelVerb::weight).sum());
        for (ChannelVerb<W> verb : verbs) {
            left -= verb.weight;
            if (left < 0) {
                String actor = verb.actors.get(random.nextInt(verb.actors.size()));
                return new ChannelStep<>(actor, verb, verb.numbers[random.nextInt(verb.numbers.length)]);
            }
        }
        throw new AssertionError("verb out of range");
    }
}
