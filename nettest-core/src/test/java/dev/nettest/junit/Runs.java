package dev.nettest.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs test classes with JUnit and shows their failures. */
final class Runs {
    private Runs() {}

    static EngineExecutionResults of(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute();
    }

    /** The failures of tests and of containers. */
    static List<Throwable> failures(EngineExecutionResults results) {
        return results.allEvents()
                .finished()
                .failed()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }

    static List<Throwable> failures(Class<?> tests) {
        return failures(of(tests));
    }

    static List<Map<String, String>> reportEntries(EngineExecutionResults results) {
        return results.allEvents()
                .reportingEntryPublished()
                .map(Event::getPayload)
                .map(payload -> ((ReportEntry) payload.orElseThrow()).getKeyValuePairs())
                .toList();
    }

    /** How often {@code network.explain} was called with this failure. */
    static long explanations(Throwable failure) {
        return List.of(failure.getSuppressed()).stream()
                .filter(note -> String.valueOf(note.getMessage()).startsWith("the network of this test had seed "))
                .count();
    }
}
