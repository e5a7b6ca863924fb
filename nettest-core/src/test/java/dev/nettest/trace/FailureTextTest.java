package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The top of a page has what neither the diagram nor the snapshot shows. */
class FailureTextTest {
    @Test
    void ofAPlainFailureIsItsText() {
        assertThat(FailureText.of(new IOException("no answer"))).isEqualTo("java.io.IOException: no answer");
    }

    @Test
    void ofAReportEndsBeforeItsTable() {
        AssertionError failure = new AssertionError("""
                these still wait:
                  thread "a" in read
                Proto  State  Recv-Q
                tcp    LISTEN 0
                trace:
                  x""");

        assertThat(FailureText.of(failure))
                .isEqualTo("java.lang.AssertionError: these still wait:\n  thread \"a\" in read");
    }

    @Test
    void ofANoteHasTheTasksThatFailed() {
        IOException failure = new IOException("no answer");
        failure.addSuppressed(new Exception("""
                the network of this test had seed 1
                Proto  State  Recv-Q
                tasks that ended with an exception:
                  thread "nettest-1": java.lang.IllegalStateException, at Server.java:3
                trace:
                  x"""));

        assertThat(FailureText.of(failure)).isEqualTo("""
                java.io.IOException: no answer
                tasks that ended with an exception:
                  thread "nettest-1": java.lang.IllegalStateException, at Server.java:3""");
    }
}
