/** Asynchronous channels of the kernel and of networks, side by side. */
@NullMarked
package dev.nettest.jvm.internal.async;

import org.jspecify.annotations.NullMarked;
