/** A library for tests, which its own tests extend. */
module dev.nettest.consumers {
    requires dev.nettest.dsl;
    requires kotlinx.coroutines.test;
    requires org.junit.jupiter.api;
}
