package dev.nettest.dsl

import dev.nettest.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import java.lang.reflect.Modifier
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class FaultScopeSpec : FunSpec({
    test("all faults of a call are installed, or none") {
        network {
            val server = pair().server
            val failure = shouldThrow<IllegalArgumentException> {
                server.fault(read = Fault.slice(1), accept = Fault.reset())
            }
            failure.message!!.contains("accept") shouldBe true
            snapshot().connections().map { it.note() }.filter { "slice" in it }.shouldBeEmpty()
        }
    }

    test("each fault of a call has its own handle") {
        network {
            val (client, server) = pair()
            val faults = server.fault(read = Fault.slice(1), write = Fault.slice(2).optional())
            client.writeUtf8("ab")
            server.readUtf8(2) shouldBe "ab"

            faults.read?.fireCount() shouldBe 2
            faults.write?.fireCount() shouldBe 0
            faults.accept shouldBe null
            faults.fireCount shouldBe 2
            faults.close()
            server.tryRead(java.nio.ByteBuffer.allocate(1)) shouldBe 0
        }
    }

    test("a delay takes a duration of Kotlin, in the scope and in the settings") {
        runTest {
            network {
                val listener = listener { fault(accept = Fault.delayed(2.seconds).once()) }
                val client = listener.connect()
                listener.accept().use { server ->
                    elapsed shouldBe 2.seconds
                    server.fault(read = Fault.delayed(3.seconds).nth(1))
                    client.writeLine("hello")
                    server.readLine() shouldBe "hello"
                    elapsed shouldBe 5.seconds
                }
            }
        }
    }

    test("a fault may start after a duration of Kotlin") {
        runTest {
            network {
                val server = pair().server
                server.fault(read = Fault.timeout().after(7.minutes))
                shouldThrow<SocketTimeoutException> { server.readLine() }
                elapsed shouldBe 7.minutes
            }
        }
    }

    test("an infinite delay is refused") {
        network {
            shouldThrow<IllegalArgumentException> { Fault.delayed(Duration.INFINITE) }.message shouldBe
                "delay is infinite; use Fault.stall() for an operation that never completes"
        }
    }

    test("the scope has every effect of the core") {
        val core = Fault::class.java.methods.filter { Modifier.isStatic(it.modifiers) }.map { it.name }.toSet()
        val dsl = FaultEffects::class.java.declaredMethods
            .filter { it.returnType == Fault::class.java && Modifier.isPublic(it.modifiers) }
            .map { it.name.substringBefore('-') }.toSet()
        dsl shouldContainExactlyInAnyOrder core
    }
})
