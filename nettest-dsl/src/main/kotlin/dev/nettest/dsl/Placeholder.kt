package dev.nettest.dsl

import dev.nettest.Placeholder

internal val PLACEHOLDER: String = Placeholder.name()
