package dev.nettest.dsl

/** Hides the members of an outer settings block in an inner one. */
@DslMarker
@Target(AnnotationTarget.CLASS, AnnotationTarget.TYPE)
public annotation class NetworkDsl
