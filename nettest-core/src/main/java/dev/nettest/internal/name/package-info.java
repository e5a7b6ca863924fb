/** Host names, bound addresses and ports, bound Unix paths. Not exported. */
@NullMarked
package dev.nettest.internal.name;

import org.jspecify.annotations.NullMarked;
