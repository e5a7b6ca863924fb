/** A guard against real sockets in tests that use a network in memory. */
@NullMarked
package dev.nettest.guard;

import org.jspecify.annotations.NullMarked;
