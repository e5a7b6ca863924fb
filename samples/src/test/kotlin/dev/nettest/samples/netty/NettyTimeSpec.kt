package dev.nettest.samples.netty

import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.network
import dev.nettest.samples.grpc.OrderService
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.config.DefaultTestConfig
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.future.await
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/** Timeouts of Netty and gRPC on the clock of a coroutine test. */
class NettyTimeSpec : FunSpec({
    coroutineTestScope = true
    defaultTestConfig = DefaultTestConfig(invocations = Runs.COUNT, timeout = 30.seconds * Runs.COUNT)

    test("a task in an hour") {
        network {
            clients { task() } shouldBe listOf(3600.seconds)
        }
    }

    // snippet: netty-kotest
    test("a read timeout") {
        network {
            clients { readTimeout() } shouldBe listOf(30.08.seconds)
        }
    }
    // end snippet

    test("an idle handler") {
        network {
            clients { idle() } shouldBe listOf(30.08, 60.12, 90.16).map { it.seconds }
        }
    }

    test("a connect timeout") {
        network {
            clients { connectTimeout() } shouldBe listOf(30.seconds)
        }
    }

    test("reconnects with back-off") {
        network {
            clients { reconnects() } shouldBe listOf(0.0, 1.04, 3.08, 7.12, 15.16, 21.24).map { it.seconds }
        }
    }

    test("a deadline of gRPC") {
        network {
            OrderService(core).use { it.deadline().await() } shouldBe "DEADLINE_EXCEEDED at PT30.12S"
        }
    }
})

// snippet: netty-kotest-await
private suspend fun NetworkScope.clients(begin: TimedClients.() -> CompletableFuture<List<Duration>>) =
    TimedClients(core).use { clients -> clients.begin().await().map { it.toKotlinDuration() } }
// end snippet
