/** A JUnit Jupiter extension that gives each test a network of its own. */
@NullMarked
package dev.nettest.junit;

import org.jspecify.annotations.NullMarked;
