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
        "traceOfANetwork" to { traceOfANetwork() },
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
        "connectionOfAChannel" to { connectionOfAChannel() },
        "connectionOfAnAsynchronousChannel" to { connectionOfAnAsynchronousChannel() },
        "endpointOfAChannel" to { endpointOfAChannel() },
        "clockOfAScheduler" to { clockOfAScheduler() },
        "bytesAndText" to { bytesAndText() },
        "endsOfAConnection" to { endsOfAConnection() },
        "backPressure" to { backPressure() },
        "forgottenConnection" to { forgottenConnection() },
        "cutHosts" to { cutHosts() },
        "heldDelivery" to { heldDelivery() },
        "linkOfTwoHosts" to { linkOfTwoHosts() },
        "impairments" to { impairments() },
        "failingHost" to { failingHost() },
        "listenersAndPaths" to { listenersAndPaths() },
        "datagrams" to { datagrams() },
        "multicast" to { multicast() },
        "effects" to { effects() },
        "measuredTime" to { measuredTime() },
        "idleNetwork" to { idleNetwork() },
        "realServer" to { realServer() },
        "assertionOfYourOwn" to { assertionOfYourOwn() },
    )

    samples.forEach { (name, sample) -> test(name) { runTest { sample() } } }

    test("every sample that the KDoc names is among them") {
        val named = declarations().flatMapTo(sortedSetOf()) { it.samples }
        named.shouldNotBeEmpty()
        (named - samples.keys).shouldBeEmpty()
        (samples.keys - named).shouldBeEmpty()
    }

    test("every public function is called in a sample that its KDoc or the KDoc of its type names") {
        val bodies = sampleBodies()
        val functions = declarations().filter { it.isFunction }
        functions.shouldNotBeEmpty()
        functions.filter { function ->
            function.samples.none { Regex("\\b${function.name}\\b").containsMatchIn(bodies.getValue(it)) }
        }.joinToString("\n") shouldBe ""
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

/** A public declaration of the main sources. [samples] are those of its KDoc, and those of its type's KDoc. */
private class Declaration(val line: String, val name: String, val isFunction: Boolean, val samples: List<String>) {
    override fun toString() = line
}

private fun declarations(): List<Declaration> = sources("src/main/kotlin/dev/nettest/dsl").flatMap {
    declarationsOf(it)
}

private fun declarationsOf(source: String): List<Declaration> {
    var samples = listOf<String>()
    var ofType = listOf<String>()
    return source.lines().mapNotNull { line ->
        val declared = DECLARATION.find(line)?.groupValues
        when {
            line.trim().startsWith("/**") -> samples = listOf()
            "@sample" in line -> samples = samples + line.substringAfterLast('.')
        }
        val own = samples
        if (declared != null) samples = listOf()
        if (declared != null && line.startsWith("public") && declared[1] in TYPES) ofType = own
        if (line == "}") ofType = listOf()
        declared?.let { (_, kind, name) ->
            Declaration(line.trim(), name, kind == "fun" && !name.startsWith("component"), own + ofType)
        }
    }
}

/** The body of each sample, by its name. */
private fun sampleBodies(): Map<String, String> = sources("src/test/kotlin/dev/nettest/dsl/samples")
    .flatMap { it.split(Regex("(?m)^(?=(@OptIn.*\\n)?internal suspend fun )")) }
    .associateBy { Regex("internal suspend fun (TestScope\\.)?(\\w+)").find(it)?.groupValues?.get(2).orEmpty() }
    .mapValues { it.value.substringAfter("fun ").substringAfter('(') }

private fun sources(directory: String): List<String> = Files.walk(Path.of(directory)).use { files ->
    files.toList().filter { it.toString().endsWith(".kt") }.map { it.readText() }
}

private val TYPES = setOf("class", "object", "interface")

/** The kind and the name of a public declaration, without type parameters and receiver. */
private val DECLARATION = Regex(
    "^ *public (?:[a-z]+ )*(fun|val|var|class|object|interface)(?: <.*?>)? (?:[\\w.]+\\.)?(\\w+)",
)
