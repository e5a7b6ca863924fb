/** A library for tests, which its own tests extend. */
module dev.nettest.consumers {
    requires dev.nettest;
    requires org.junit.jupiter.api;
}
