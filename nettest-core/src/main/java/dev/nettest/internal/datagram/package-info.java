/** The receive queue of a datagram socket, with the buffer accounting of Linux. Not exported. */
@NullMarked
package dev.nettest.internal.datagram;

import org.jspecify.annotations.NullMarked;
