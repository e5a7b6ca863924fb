/**
 * The lock, readiness, waiters and timers on which every mechanism is built. Start with {@code Monitor} and {@code
 * Pollable}. Not exported.
 */
@NullMarked
package dev.nettest.internal.sync;

import org.jspecify.annotations.NullMarked;
