package io.kotest.provided

import io.kotest.core.config.AbstractProjectConfig
import kotlin.time.Duration.Companion.seconds

/** Kotest finds it under this name. */
object ProjectConfig : AbstractProjectConfig() {
    /** A test that hangs fails alone and does not block the run. */
    override val timeout = 60.seconds
}
