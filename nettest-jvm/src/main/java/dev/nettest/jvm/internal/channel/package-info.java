/** Channels and selectors of the kernel and of networks, side by side. */
@NullMarked
package dev.nettest.jvm.internal.channel;

import org.jspecify.annotations.NullMarked;
