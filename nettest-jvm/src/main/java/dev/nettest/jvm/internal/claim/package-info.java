/** Which addresses and names belong to which network. */
@NullMarked
package dev.nettest.jvm.internal.claim;

import org.jspecify.annotations.NullMarked;
