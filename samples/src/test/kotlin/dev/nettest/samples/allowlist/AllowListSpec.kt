package dev.nettest.samples.allowlist

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.SuspendingListener
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.network
import dev.nettest.samples.server.InMemory
import dev.nettest.samples.server.Server
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

/** Clients with any source address, without such a network interface. */
@OptIn(ExperimentalNettestApi::class)
class AllowListSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())

    // snippet: allow-list-kotlin
    test("a stranger is rejected without service") {
        val listener = network.startServer()

        val stranger = listener.connect { from("192.168.1.100:12345") }

        stranger.readUtf8() shouldBe ""
    }
    // end snippet

    test("a client of an allowed network is served") {
        val listener = network.startServer()

        listener.connect { from("10.255.0.1:12345") }.readUtf8() shouldBe "!"
    }

    test("an IPv6 client of an allowed network is served") {
        val listener = network.startServer()

        listener.connect { from("[2001:db8::17]:12345") }.readUtf8() shouldBe "!"
    }
})

private fun NetworkScope.startServer(): SuspendingListener {
    val ranges = listOf("10.0.0.0/8", "2001:db8::/32").map(AddressRange::of)
    val allowList = AllowList(ranges) { _, _, output -> output.write('!'.code) }
    val server = Server(allowList, core.newExecutor(), Duration.ZERO)
    val listener = listener("*:443")
    asyncBlocking("server") { server.run(InMemory.acceptor(listener.core)) }
    return listener
}
