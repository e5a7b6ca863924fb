/** The record of what happened in a network: the ring of the last events, and the log of all of them. */
@NullMarked
package dev.nettest.internal.event;

import org.jspecify.annotations.NullMarked;
