/** Helpers: checks, durations, addresses, seeds, call sites, the event ring. Not exported. */
@NullMarked
package dev.nettest.internal.util;

import org.jspecify.annotations.NullMarked;
