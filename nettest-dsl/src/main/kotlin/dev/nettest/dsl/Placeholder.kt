package dev.nettest.dsl

import dev.nettest.Placeholder

/** Stands where `network { }` will stand. */
public fun placeholder(): String = PLACEHOLDER

internal val PLACEHOLDER: String = Placeholder.name()
