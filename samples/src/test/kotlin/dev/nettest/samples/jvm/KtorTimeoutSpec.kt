package dev.nettest.samples.jvm

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestJvmNetworkExtension
import dev.nettest.kotest.claim
import dev.nettest.kotest.network
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.get
import kotlinx.coroutines.awaitCancellation
import kotlin.time.Duration.Companion.minutes

// snippet: jvm-ktor-timeout
/** The request timeout of Ktor's client, on the virtual time of the test. */
@OptIn(ExperimentalNettestApi::class)
class KtorTimeoutSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestJvmNetworkExtension())

    test("a silent server costs the request timeout, in no real time") {
        network.listener("${claim.address(1)}:80").serve { awaitCancellation() }
        val client =
            HttpClient(CIO) {
                engine { dispatcher = network.dispatcher } // the delays on it are those of the test
                install(HttpTimeout) { requestTimeoutMillis = 10.minutes.inWholeMilliseconds }
            }

        client.use { shouldThrow<HttpRequestTimeoutException> { it.get("http://${claim.address(1)}/") } }
        network.elapsed shouldBe 10.minutes
    }
})
// end snippet
