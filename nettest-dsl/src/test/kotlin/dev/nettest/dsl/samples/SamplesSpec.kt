package dev.nettest.dsl.samples

import dev.nettest.dsl.asNetworkClock
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.time.Duration.Companion.seconds

/** Runs the samples of the KDoc, each on the scheduler of a coroutine test. */
class SamplesSpec : FunSpec({
    val samples = mapOf<String, suspend TestScope.() -> Unit>(
        "echo" to { echo() },
        "readiness" to { readiness() },
        "faultOnTheThirdRead" to { faultOnTheThirdRead() },
        "partition" to { partition() },
        "udpWithLoss" to { udpWithLoss() },
        "javaNetClient" to { javaNetClient() },
        "faultInAHandler" to { faultInAHandler() },
        "aWriteThatTransfersAPart" to { aWriteThatTransfersAPart() },
        "chunksOfAStream" to { chunksOfAStream() },
        "connectionsOfAListener" to { connectionsOfAListener() },
        "hostWithAListener" to { hostWithAListener() },
        "configuredNetwork" to { configuredNetwork() },
        "separateSetUpAndTearDown" to { separateSetUpAndTearDown() },
        "scopeOfANetwork" to { scopeOfANetwork() },
        "hang" to { hang() },
        "toleratedProtocolError" to { toleratedProtocolError() },
        "delayedAccept" to { delayedAccept() },
        "slowSender" to { slowSender() },
        "deadPeer" to { deadPeer() },
        "acceptTimeout" to { acceptTimeout() },
        "readTimeout" to { readTimeout() },
        "fixedNumberOfBytes" to { fixedNumberOfBytes() },
        "limitsOfAwaits" to { limitsOfAwaits() },
        "blockingServer" to { blockingServer() },
        "computation" to { computation() },
        "wrappedConnection" to { wrappedConnection() },
        "clockOfAScheduler" to { clockOfAScheduler() },
    )

    samples.forEach { (name, sample) -> test(name) { runTest { sample() } } }

    test("every sample that the KDoc names is among them") {
        val named = Files.walk(Path.of("src/main/kotlin")).use { files ->
            files.toList().filter { it.toString().endsWith(".kt") }
                .flatMap { Regex("@sample dev\\.nettest\\.dsl\\.samples\\.(\\w+)").findAll(it.readText()).toList() }
                .mapTo(sortedSetOf()) { it.groupValues[1] }
        }
        named.shouldNotBeEmpty()
        (named - samples.keys).shouldBeEmpty()
        (samples.keys - named).shouldBeEmpty()
    }
})

@OptIn(ExperimentalCoroutinesApi::class)
internal suspend fun TestScope.clockOfAScheduler() {
    val shared = networkConfig { clock = testScheduler.asNetworkClock() }
    network(shared) {
        network(shared) { delay(5.seconds) } // another network, on the same time
        elapsed shouldBe 5.seconds
    }
}
