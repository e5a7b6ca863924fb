package dev.nettest.dsl

/** Keeps the members of an outer scope out of the blocks that only set something up. */
@DslMarker
@Target(AnnotationTarget.CLASS)
public annotation class NetworkDsl
