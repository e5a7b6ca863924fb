/** Bridges: a real TCP server behind an address of the network. Not exported. */
@NullMarked
package dev.nettest.internal.bridge;

import org.jspecify.annotations.NullMarked;
