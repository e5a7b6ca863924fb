/** Clocks, timers, registered threads, and the detection of an idle network. Not exported. */
@NullMarked
package dev.nettest.internal.time;

import org.jspecify.annotations.NullMarked;
