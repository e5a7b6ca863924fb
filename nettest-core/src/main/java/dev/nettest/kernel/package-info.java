/** The network itself, as data: no sockets, no channels, no clock. Not exported. */
@NullMarked
package dev.nettest.kernel;

import org.jspecify.annotations.NullMarked;
