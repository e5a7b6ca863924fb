package example

import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.network
import dev.nettest.kotest.shouldReadLine
import dev.nettest.kotest.shouldStaySilent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.seconds

/** In a user's package, because the library's own frames do not count. */
class MatcherLineSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())

    test("a matcher that was suspended names its line") {
        val here = line()
        val (client, server) = network.pair()
        launch {
            delay(1.seconds)
            server.writeLine("one")
            server.writeLine("two")
        }
        shouldThrow<AssertionError> { client shouldStaySilent 2.seconds }.userLine() shouldBe here + 7
        client shouldReadLine "one"
        launch {
            delay(1.seconds)
            server.writeLine("three")
        }
        client shouldReadLine "two"
        shouldThrow<AssertionError> { client shouldReadLine "four" }.userLine() shouldBe here + 14
    }
})

private fun Throwable.userLine(): Int = stackTrace.first { frame ->
    listOf("dev.nettest.", "kotlin.", "kotlinx.", "java.", "io.kotest.").none(frame.className::startsWith)
}.lineNumber

private fun line(): Int = Throwable().stackTrace.first { '$' in it.className }.lineNumber
