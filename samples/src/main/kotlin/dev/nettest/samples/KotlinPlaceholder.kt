package dev.nettest.samples

internal object KotlinPlaceholder {
    const val GREETING: String = "hello"

    fun fromJava(): String = JavaPlaceholder.greeting()
}
