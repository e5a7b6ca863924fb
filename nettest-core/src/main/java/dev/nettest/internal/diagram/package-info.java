/** A trace as a sequence diagram: columns, rows, and their form as text. */
@NullMarked
package dev.nettest.internal.diagram;

import org.jspecify.annotations.NullMarked;
