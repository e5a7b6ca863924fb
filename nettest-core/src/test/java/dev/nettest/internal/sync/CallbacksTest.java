package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of callbacks inside callbacks, and the end of a callback that throws. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class CallbacksTest {
    private final List<String> ran = new ArrayList<>();
    private final List<Throwable> uncaught = new ArrayList<>();
    private final Thread.UncaughtExceptionHandler before =
            Thread.currentThread().getUncaughtExceptionHandler();

    CallbacksTest() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, exception) -> uncaught.add(exception));
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setUncaughtExceptionHandler(before);
        Callbacks.checkMayWait(); // no test leaves the thread inside a callback
    }

    private Runnable noting(String name) {
        return () -> ran.add(name);
    }

    @Test
    void aCallbackInsideAnotherRunsAfterIt() {
        Callbacks.run(() -> {
            Callbacks.run(() -> {
                Callbacks.run(noting("third"));
                ran.add("second");
            });
            ran.add("first");
        });

        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void aNestedOneRunsAtOnce() throws Exception {
        Callbacks.run(() -> {
            Callbacks.runNested(noting("nested"));
            ran.add(Callbacks.callNested(() -> "called"));
            ran.add("outer");
        });

        assertThat(ran).containsExactly("nested", "called", "outer");
    }

    @Test
    void whatANestedOnePostponesRunsAtItsEnd() {
        Callbacks.runNested(() -> {
            Callbacks.run(noting("postponed"));
            ran.add("nested");
        });
        Callbacks.callNested(() -> {
            Callbacks.run(noting("postponed too"));
            return ran.add("called");
        });

        assertThat(ran).containsExactly("nested", "postponed", "called", "postponed too");
    }

    @Test
    void whatANestedOnePostponesInsideAnotherRunsAfterThat() {
        Callbacks.run(() -> {
            Callbacks.callNested(() -> {
                Callbacks.run(noting("postponed"));
                return ran.add("called");
            });
            Callbacks.runNested(() -> Callbacks.run(noting("postponed too")));
            ran.add("outer");
        });

        assertThat(ran).containsExactly("called", "outer", "postponed", "postponed too");
    }

    @Test
    void itsExceptionGoesToTheHandlerAndTheNextOneRuns() {
        RuntimeException boom = new IllegalArgumentException("boom");
        Callbacks.run(() -> {
            Callbacks.run(() -> {
                throw boom;
            });
            Callbacks.run(noting("next"));
        });

        assertThat(uncaught).containsExactly(boom);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void anExceptionOfTheHandlerIsIgnored() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, exception) -> {
            throw new IllegalStateException("handler");
        });

        Callbacks.runGuarded(() -> {
            throw new IllegalArgumentException("boom");
        });
        Callbacks.run(noting("next"));

        assertThat(ran).containsExactly("next");
    }

    @Test
    void theExceptionOfANestedOneReachesItsCaller() {
        assertThatThrownBy(() -> Callbacks.callNested(() -> {
                    Callbacks.run(noting("postponed"));
                    throw new IOException("called");
                }))
                .hasMessage("called");
        assertThatThrownBy(() -> Callbacks.runNested(() -> {
                    throw new IllegalStateException("run");
                }))
                .hasMessage("run");

        assertThat(ran).containsExactly("postponed");
        assertThat(uncaught).isEmpty();
    }

    @Test
    void waitingIsRefusedInsideEachKind() {
        Callbacks.run(Callbacks::checkMayWait);
        assertThat(uncaught).singleElement().isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Callbacks.runNested(Callbacks::checkMayWait))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Callbacks.callNested(() -> {
                    Callbacks.checkMayWait();
                    return null;
                }))
                .hasMessageStartingWith("waiting inside a callback of the network: ");
    }
}
