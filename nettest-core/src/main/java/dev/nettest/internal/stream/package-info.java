/**
 * TCP and Unix streams: a {@code StreamEndpoint} reads one {@code Pipe} and writes another. {@code InFlight} counts the
 * segments that have not arrived. Not exported.
 */
@NullMarked
package dev.nettest.internal.stream;

import org.jspecify.annotations.NullMarked;
