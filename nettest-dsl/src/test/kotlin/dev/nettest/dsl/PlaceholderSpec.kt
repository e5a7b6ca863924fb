package dev.nettest.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class PlaceholderSpec : FunSpec({
    test("Kotest runs beside Jupiter") {
        PLACEHOLDER shouldBe "nettest"
    }
})
