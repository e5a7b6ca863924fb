/** The names of claims, for the resolver of JDK 18 and later. */
@NullMarked
package dev.nettest.jvm.internal.name;

import org.jspecify.annotations.NullMarked;
