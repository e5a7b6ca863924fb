/**
 * Rules that the JDK's sockets and channels share: option tables, IP versions, messages of failed connects. The
 * adapters use it. Not exported.
 */
@NullMarked
package dev.nettest.internal.inet;

import org.jspecify.annotations.NullMarked;
