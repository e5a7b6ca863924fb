package dev.nettest.kotest

import dev.nettest.Transcript
import dev.nettest.trace.GoldenFile
import io.kotest.matchers.Matcher
import io.kotest.matchers.MatcherResult
import io.kotest.matchers.should

/**
 * Matches a text that equals the golden file [name] under `src/test/resources`, line by line. See [GoldenFile] for
 * missing files and for `-Dnettest.golden.update=true`.
 *
 * @throws java.io.UncheckedIOException if the file cannot be read or written
 * @sample dev.nettest.kotest.samples.matchGoldenFile
 */
public fun matchGoldenFile(name: String): Matcher<Any> = Matcher { text ->
    val difference = GoldenFile.of(name).difference(text)
    MatcherResult(
        difference.isEmpty,
        { difference.orElseThrow() },
        { "the text should differ from the golden file $name" },
    )
}

/**
 * Fails unless the lines of this transcript are those of a golden file. Like `should` with [matchGoldenFile].
 *
 * @sample dev.nettest.kotest.samples.matchGoldenFile
 */
public infix fun Transcript.shouldMatchGoldenFile(name: String): Transcript = apply {
    this should matchGoldenFile(name)
}

/**
 * Fails unless the lines of this text are those of a golden file. Like `should` with [matchGoldenFile].
 *
 * @sample dev.nettest.kotest.samples.matchGoldenFile
 */
public infix fun String.shouldMatchGoldenFile(name: String): String = apply { this should matchGoldenFile(name) }
