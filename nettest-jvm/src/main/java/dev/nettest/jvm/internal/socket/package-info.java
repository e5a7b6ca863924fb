/** Sockets of the kernel and of networks, side by side. */
@NullMarked
package dev.nettest.jvm.internal.socket;

import org.jspecify.annotations.NullMarked;
