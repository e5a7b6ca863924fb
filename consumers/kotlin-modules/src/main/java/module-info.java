/** A library for tests; the module's own tests patch it. */
module dev.nettest.consumers {
    requires dev.nettest.dsl;
    requires kotlinx.coroutines.test;
    requires org.junit.jupiter.api;
}
