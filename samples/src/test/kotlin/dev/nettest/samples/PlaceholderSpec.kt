package dev.nettest.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class PlaceholderSpec : FunSpec({
    test("Kotlin sees Java") {
        KotlinPlaceholder.fromJava() shouldBe "hello"
    }
})
