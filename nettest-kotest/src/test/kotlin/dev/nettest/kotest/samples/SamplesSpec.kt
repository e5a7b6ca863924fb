package dev.nettest.kotest.samples

import dev.nettest.kotest.KotestJvmNetworkExtension
import dev.nettest.kotest.KotestNetworkExtension
import io.kotest.core.spec.style.FunSpec

class SamplesSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())

    test("networkOfTheTest") { networkOfTheTest() }
    test("matchReadable") { matchReadable() }
    test("matchWritable") { matchWritable() }
    test("matchReset") { matchReset() }
    test("readLines") { readLines() }
    test("staySilent") { staySilent() }
    test("matchClosed") { matchClosed() }
    test("matchAcceptable") { matchAcceptable() }
    test("matchFired") { matchFired() }
    test("matchTrace") { matchTrace() }
    test("matchGoldenFile") { matchGoldenFile() }
})

class NetworkForEachTestSpec : FunSpec({ networkForEachTest() })

class ForbidRealSocketsSpec : FunSpec({ forbidRealSockets() })

class NetworkWithSeedSpec : FunSpec({ networkWithSeed() })

class NetworkForEachContainerSpec : FunSpec({ networkForEachContainer() })

class NetworkForEachSpecSpec : FunSpec({ networkForEachSpec() })

class ClaimForEachTestSpec : FunSpec({ claimForEachTest() })

class ClaimForEachSpecSpec : FunSpec({ claimForEachSpec() })

class ClaimSamplesSpec : FunSpec({
    extension(KotestJvmNetworkExtension())

    test("claimOfTheTest") { claimOfTheTest() }
})
