package dev.nettest.dsl

import dev.nettest.NetworkConfig
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import java.nio.ByteBuffer

class ScaleSpec : FunSpec({
    test("a hundred thousand suspended readers cost no thread") {
        network(NetworkConfig.defaults()) {
            val before = Thread.activeCount()
            val pairs = List(100_000) { pair { receiveBufferSize = 1 } }
            val readers = pairs.map {
                async(start = CoroutineStart.UNDISPATCHED) { it.server.read(ByteBuffer.allocate(1)) }
            }
            (Thread.activeCount() - before) shouldBeLessThan 4
            pairs.forEach { it.client.write(ByteArray(1)) }
            readers.awaitAll().sum() shouldBe 100_000
        }
    }
})
