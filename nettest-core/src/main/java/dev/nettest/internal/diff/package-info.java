/** The comparison of two traces: pairs of sockets, then the events of each pair by their offset in the stream. */
@NullMarked
package dev.nettest.internal.diff;

import org.jspecify.annotations.NullMarked;
