/**
 * Faults. A {@code FaultSpec} is installed in the {@code FaultRegistry} of a scope as an {@code InstalledFault}. Each
 * endpoint has one {@code FaultEvaluator} per kind of operation. Its {@code Verdict} on the next operation is kept in
 * a {@code PendingVerdict}. Not exported.
 */
@NullMarked
package dev.nettest.internal.fault;

import org.jspecify.annotations.NullMarked;
