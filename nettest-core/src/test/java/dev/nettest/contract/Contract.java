package dev.nettest.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;

/** The base of all contracts: a backend for each test, and outcome tables. */
abstract class Contract {
    StreamBackend backend;

    abstract StreamBackend open() throws IOException;

    @BeforeEach
    final void openBackend() throws IOException {
        backend = open();
    }

    @AfterEach
    final void closeBackend() {
        backend.close();
    }

    final void needs(Capability capability) {
        Assumptions.assumeTrue(
                backend.capabilities().contains(capability), () -> backend + " does not have " + capability);
    }

    final void needsTcp() {
        Assumptions.assumeFalse(backend.isUnix(), () -> backend + " is not TCP");
    }

    final void needsCapacity(int bytes) {
        Assumptions.assumeTrue(
                backend.capacity() >= bytes, () -> backend + " takes less than " + bytes + " bytes without a reader");
    }

    final String expanded(String words) {
        return Outcome.expand(words, backend.jdkType());
    }

    /**
     * A test for each row that applies to this backend, once for each JDK type that the peer can have. Skips a table of
     * which no row applies.
     */
    final List<DynamicTest> tests(String table) {
        List<DynamicTest> tests = new ArrayList<>();
        for (OutcomeTable.Row row : OutcomeTable.parse(table)) {
            for (JdkType peer : JdkType.values()) {
                if (row.isFor(backend)
                        && row.isFor(backend.jdkType())
                        && row.isWithPeer(peer)
                        && OutcomeTable.peers(backend).contains(peer)) {
                    tests.add(DynamicTest.dynamicTest(
                            row.script() + " (peer: " + peer + ")", () -> check(row.script(), peer)));
                }
            }
        }
        Assertions.assertThat(table.lines().filter(line -> !line.isBlank()))
                .as("rows")
                .isNotEmpty();
        Assumptions.assumeFalse(tests.isEmpty(), () -> "no row applies to " + backend);
        return tests;
    }

    private void check(Script script, JdkType peer) throws IOException {
        try (StreamBackend fresh = open()) {
            Script fitting = fitting(fresh, script);
            Assertions.assertThat(fitting.run(fresh, fresh.pair(peer)))
                    .isEqualTo(fitting.expected(fresh.jdkType(), peer));
        }
    }

    /** The script with sizes that fit the backend's buffers; skips the test if it needs a second thread. */
    static Script fitting(StreamBackend backend, Script script) {
        Script fitting = script.within(backend.capacity());
        Assumptions.assumeTrue(
                fitting.runsAlone(backend.capacity(), backend.isUnix()),
                () -> backend + " has too little buffer for: " + script);
        return fitting;
    }
}
