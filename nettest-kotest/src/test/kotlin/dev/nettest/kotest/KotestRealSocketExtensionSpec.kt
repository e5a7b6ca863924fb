package dev.nettest.kotest

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNot
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import kotlin.time.Duration

class KotestRealSocketExtensionSpec : FunSpec({
    extension(KotestNetworkExtension())
    extension(ExpectedFailures(KotestRealSocketExtension("10.0.0.0/8")))

    test("reports: a real socket") { useLoopback() }

    test("reports a failure too: a real socket") {
        useLoopback()
        error("the test")
    }

    test("passes: a network in memory") {
        val (client, server) = network.pair()
        client.writeLine("a")
        server.readLine() shouldBe "a"
    }
})

class AllowedRealSocketsSpec : FunSpec({
    extension(ExpectedFailures(KotestRealSocketExtension("localhost")))

    test("passes: an allowed address") { useLoopback() }
})

class GoldenFilesSpec : FunSpec({
    test("a different line fails with both") {
        shouldThrow<AssertionError> { "> PING\\n\nx" shouldMatchGoldenFile "golden/ping.txt" }.message.orEmpty().let {
            it shouldContain "ping.txt in line 2\n"
            it shouldContain "\n  expected: \"< PONG\\n\"\n  actual:   \"x\"\n"
        }
    }

    test("the negation fails with the name") {
        shouldThrow<AssertionError> { "> PING\\n\n< PONG\\n" shouldNot matchGoldenFile("golden/ping.txt") }
            .message shouldBe "the text should differ from the golden file golden/ping.txt"
    }
})

private fun useLoopback() {
    val loopback = InetAddress.getLoopbackAddress()
    ServerSocket(0, 1, loopback).use { server ->
        Socket(loopback, server.localPort).use { client ->
            server.accept().use {
                client.getOutputStream().write(1)
                it.getInputStream().read()
            }
        }
    }
}

private const val HEADER = "real sockets are forbidden here, but were used:\n"

/** Judges each test under [guard] by its name. It calls the guard: the order of extensions depends on Kotest. */
private class ExpectedFailures(private val guard: KotestRealSocketExtension) : TestCaseExtension {
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        val result = guard.intercept(testCase, execute)
        if (testCase.type != TestType.Test) {
            return result
        }
        return try {
            val failure = result.errorOrNull
            val name = testCase.name.name
            when {
                name.startsWith("passes") -> failure shouldBe null

                name.startsWith("reports a failure too") -> {
                    failure?.message shouldBe "the test"
                    isReport(failure?.suppressedExceptions?.find { it.message.orEmpty().startsWith(HEADER) })
                }

                else -> isReport(failure)
            }
            TestResult.Success(Duration.ZERO)
        } catch (e: AssertionError) {
            TestResult.Failure(Duration.ZERO, e)
        }
    }

    private fun isReport(failure: Throwable?) {
        failure?.message.orEmpty() shouldStartWith HEADER
        failure?.message.orEmpty() shouldContain "useLoopback(line "
    }
}
