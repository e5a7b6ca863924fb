package dev.nettest.internal.net;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Copies a state that any thread may change, so that the last change wins. */
final class StateSync {

    private StateSync() {}

    /** Passes the current state to {@code apply}, and again if it has changed meanwhile. */
    static <S> void sync(Supplier<S> current, Consumer<? super S> apply) {
        S applied;
        do {
            applied = current.get();
            apply.accept(applied);
        } while (!applied.equals(current.get()));
    }
}
