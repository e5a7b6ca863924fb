/** Drawings and files that are made from a {@link dev.nettest.Trace}. */
@NullMarked
package dev.nettest.trace;

import org.jspecify.annotations.NullMarked;
