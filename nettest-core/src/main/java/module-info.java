/** An in-memory network for JVM tests. */
module dev.nettest {
    requires jdk.net;

    // Not transitive: javac would then want both of every module that reads this one, static or not.
    requires static java.management;
    requires static jdk.jfr;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports dev.nettest;
    exports dev.nettest.channel;
    exports dev.nettest.guard;
    exports dev.nettest.junit;
    exports dev.nettest.socket;
    exports dev.nettest.trace;
}
