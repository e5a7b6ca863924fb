/** The sockets and channels of the platform itself. */
@NullMarked
package dev.nettest.jvm.internal.platform;

import org.jspecify.annotations.NullMarked;
