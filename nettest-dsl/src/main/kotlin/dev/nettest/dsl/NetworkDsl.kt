package dev.nettest.dsl

/** Hides the members of an outer scope in the settings blocks of the DSL. */
@DslMarker
@Target(AnnotationTarget.CLASS)
public annotation class NetworkDsl
