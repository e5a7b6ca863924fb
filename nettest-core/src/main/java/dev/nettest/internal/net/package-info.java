/** The implementation of the API: connects, accepts, routes and reports, and knows every mechanism. Not exported. */
@NullMarked
package dev.nettest.internal.net;

import org.jspecify.annotations.NullMarked;
