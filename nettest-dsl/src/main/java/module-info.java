/** The Kotlin coroutine DSL of nettest. */
module dev.nettest.dsl {
    requires transitive dev.nettest;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires static kotlinx.coroutines.test;
    // Nothing of Kotest: its modules have no names of their own, and its runner does not run as a module.

    exports dev.nettest.dsl;
    exports dev.nettest.dsl.kotest;
}
