/** The Kotlin coroutine DSL of nettest. */
module dev.nettest.dsl {
    requires transitive dev.nettest;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires static kotlinx.coroutines.test;

    exports dev.nettest.dsl;
}
