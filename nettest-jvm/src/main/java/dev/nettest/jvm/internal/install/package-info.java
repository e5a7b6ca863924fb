/** Makes the providers and factories those of the JVM. */
@NullMarked
package dev.nettest.jvm.internal.install;

import org.jspecify.annotations.NullMarked;
