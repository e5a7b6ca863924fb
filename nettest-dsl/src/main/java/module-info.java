/** The Kotlin coroutine DSL of nettest. */
module dev.nettest.dsl {
    requires transitive dev.nettest;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires static kotlinx.coroutines.test;
    // Kotest is not required: its jars declare no module names, and its runner does not run as a module.

    exports dev.nettest.dsl;
    exports dev.nettest.dsl.kotest;
}
