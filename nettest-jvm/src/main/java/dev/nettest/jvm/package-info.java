/** Brings code that opens its own sockets and channels onto a network, for a whole JVM. */
@NullMarked
package dev.nettest.jvm;

import org.jspecify.annotations.NullMarked;
