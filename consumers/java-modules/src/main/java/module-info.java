/** A library for tests; the module's own tests patch it. */
module dev.nettest.consumers {
    requires dev.nettest;
    requires org.junit.jupiter.api;
}
