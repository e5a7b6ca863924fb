/** An in-memory network for JVM tests: addresses, listeners, connections and datagrams inside the process. */
@NullMarked
package dev.nettest;

import org.jspecify.annotations.NullMarked;
