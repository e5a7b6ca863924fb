package dev.nettest.dsl.kotest

import dev.nettest.dsl.placeholder
import io.kotest.core.extensions.Extension

/** Stands where the Kotest extension will stand. */
public class ExtensionPlaceholder : Extension {
    override fun toString(): String = placeholder()
}
