/** An in-memory network for JVM tests. */
module dev.nettest {
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports dev.nettest;
    exports dev.nettest.junit;
}
