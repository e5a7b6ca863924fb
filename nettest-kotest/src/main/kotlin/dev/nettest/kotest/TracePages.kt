package dev.nettest.kotest

import dev.nettest.Network
import dev.nettest.trace.TracePage
import dev.nettest.trace.TraceReports
import io.kotest.core.test.TestCase
import java.io.IOException
import kotlin.io.path.Path
import kotlin.io.path.exists

/** Writes the trace of a failed test as a page, and names the page in the failure. */
internal object TracePages {
    /** A line below a failure. */
    private class Note(text: String) : Exception(text, null, false, false)

    fun attach(test: TestCase, network: Network, failure: Throwable) {
        val spec = test.spec::class.java.name
        try {
            val page = TracePage.of(network.trace())
                .failure(failure)
                .snapshot(network.snapshot())
                .replay(command(spec, network.seed()))
            TraceReports.write(spec, test.name.name, page)
                .ifPresent { failure.addSuppressed(Note("the trace of this test: ${it.toUri()}")) }
        } catch (e: IOException) {
            failure.addSuppressed(Note("the trace of this test cannot be written: $e"))
        } catch (e: RuntimeException) {
            // the failure of the test comes first
            failure.addSuppressed(Note("the trace of this test cannot be written: $e"))
        }
    }

    /** Runs the spec with this seed again. */
    private fun command(spec: String, seed: Long): String = if (Path("pom.xml").exists()) {
        "mvn test -Dtest=$spec -Dnettest.seed=$seed"
    } else {
        "./gradlew test --tests $spec -Dnettest.seed=$seed"
    }
}
