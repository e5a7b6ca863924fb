package io.kotest.provided

import io.kotest.core.config.AbstractProjectConfig
import kotlin.time.Duration.Companion.seconds

/** Found by Kotest under this very name. */
object ProjectConfig : AbstractProjectConfig() {
    /** One test that hangs fails alone instead of holding up the run. */
    override val timeout = 60.seconds
}
