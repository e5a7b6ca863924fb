package example

import dev.nettest.Fault
import dev.nettest.dsl.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** In a user's package, because reports name the nearest line outside the library. */
class LeakSpec : FunSpec({
    test("the reports of a leak and an unfired fault name their lines") {
        val here = Throwable().stackTrace.first { it.className.startsWith("example.") }.lineNumber
        val fault = "accept fault Fault.reset().nth(2) on listener 10.0.0.5:80"
        val report = shouldThrow<AssertionError> {
            network {
                val listener = listener("10.0.0.5:80") { fault(accept = Fault.reset().nth(2)) }
                listener.connect { from("10.0.0.9:1000") }
                listener.accept()
            }
        }
        report.message shouldBe
            """
            |never closed:
            |  connection 10.0.0.5:80 -> 10.0.0.9:1000, accepted at LeakSpec.kt:${here + 6}
            |declared and never fired (optional() allows that):
            |  $fault (CLOSED), declared at LeakSpec.kt:${here + 4}
            |the network when it was closed:
            |Proto  State        Recv-Q  Send-Q  Local          Remote         Notes
            |tcp    LISTEN            0      51  10.0.0.5:80    *              accept reset().nth(2) fired 0
            |tcp    ESTABLISHED       0       0  10.0.0.9:1000  10.0.0.5:80
            |tcp    ESTABLISHED       0       0  10.0.0.5:80    10.0.0.9:1000
            |clock: system clock, seed: 1
            |trace:
            | 10.0.0.9      10.0.0.5
            |     |             | listen :80
            | #1  |-- SYN :80 ->|
            | #1  |             | accept
            """.trimMargin()
    }
})
