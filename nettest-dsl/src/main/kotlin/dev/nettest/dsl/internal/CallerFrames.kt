package dev.nettest.dsl.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/*
 * The caller of a suspended operation is not on the stack of the thread that resumes it. Its continuation knows the
 * line of each frame, so nothing is recorded when a coroutine suspends: an operation that fails asks then.
 */

/**
 * Runs [block], the rest of a public operation. If it fails after it was suspended, the stack trace of the exception
 * shows the operation's caller. The instance stays the same, because a fault promises that.
 */
internal suspend inline fun <T> showingCaller(block: () -> T): T = try {
    block()
} catch (e: Throwable) {
    fail(e)
}

/** Throws [failure] of an operation that the calling function is a part of; see [showingCaller]. */
internal suspend fun <T> fail(failure: Throwable): T = suspendCoroutineUninterceptedOrReturn { continuation ->
    val job = continuation.context[Job]
    if (job != null && !job.isActive) {
        IgnoredCancellation(job).fail(failure, continuation)
    } else {
        failure.showCaller(continuation)
        throw failure
    }
}

/** The continuation of the calling function. Does not suspend. */
internal suspend fun currentContinuation(): Continuation<*> = suspendCoroutineUninterceptedOrReturn { it }

/**
 * Puts the frames of the suspended caller in place of the library's frames. An exception that the test made keeps its
 * stack trace, and has the frames in a suppressed note. A cancellation is no failure and stays as it is.
 */
private fun Throwable.showCaller(continuation: Continuation<*>) {
    if (this is CancellationException) {
        return
    }
    val frames = continuation.frames()
    val caller = frames.indexOfFirst { it.isOfUser }
    if (caller < 0) {
        return
    }
    val entry = listOfNotNull(frames.subList(0, caller).operation())
    val trace = stackTrace
    when {
        trace.firstOrNull()?.isOfLibrary != true -> noteCaller(entry + frames.drop(caller))

        trace.none { it.isInSameMethod(frames[caller]) } ->
            stackTrace = (entry + frames.drop(caller) + trace.dropWhile { !it.isResumption }).toTypedArray()
    }
}

/** A fault may throw the same instance again, so there is one note, and it shows the last caller. */
private fun Throwable.noteCaller(frames: List<StackTraceElement>) {
    val note = suppressed.firstNotNullOfOrNull { it as? CallerNote } ?: CallerNote().also(::addSuppressed)
    note.stackTrace = frames.toTypedArray()
}

/** Suppressed in an exception of the test. Its stack trace is that of the operation which threw the exception. */
internal class CallerNote : Exception("thrown by this operation", null, false, true)

/** The frames of a suspended coroutine, the innermost first. Their lines are those of the current calls. */
internal fun Continuation<*>.frames(): List<StackTraceElement> = frameSequence().toList()

/** The line of the code under test that waits in this continuation; null if it is unknown. */
internal fun Continuation<*>.callerLine(): StackTraceElement? = frameSequence().firstOrNull { it.isOfUser }

/** The kind and the name of a coroutine in reports. */
internal fun Continuation<*>.coroutineName(): String {
    val name = context[CoroutineName]?.name
    return if (name == null) "coroutine" else "coroutine \"$name\""
}

private fun Continuation<*>.frameSequence(): Sequence<StackTraceElement> =
    generateSequence(this as? CoroutineStackFrame) { it.callerFrame }
        .take(FRAMES)
        .mapNotNull { it.getStackTraceElement()?.withoutModule() }

/**
 * True if the job of this continuation was cancelled by a framework: by its `withTimeout`, or because the outermost
 * function is its own. An error may then replace the cancellation, because no code of the test expects it.
 */
internal fun Continuation<*>.isStoppedByFramework(): Boolean {
    if (context[Job]?.isCancelled != true) {
        return false
    }
    val callers = generateSequence(this as? CoroutineStackFrame) { it.callerFrame }.take(FRAMES).toList()
    val timeout = callers.indexOfLast { it is Job && it.isCancelled && it.javaClass.name == TIMEOUT_COROUTINE }
    val frames = callers.drop(timeout + 1).mapNotNull { it.getStackTraceElement()?.withoutModule() }
        .filter { timeout < 0 || !it.className.startsWith("kotlinx.coroutines.") }
    return (if (timeout < 0) frames.lastOrNull() else frames.firstOrNull())?.isOfUser == false
}

/** True if Kotest runs this without the extension of this library. It drops the failure of a test that it stopped. */
internal fun Continuation<*>.isRunByKotestAlone(): Boolean {
    val classes = frameSequence().map { it.className }.toList()
    return classes.any { it.startsWith("io.kotest.") } && classes.none { it.startsWith("dev.nettest.kotest.") }
}

/** The public method of the DSL among the library's frames of an operation. A tail call has no frame. */
internal fun List<StackTraceElement>.operation(): StackTraceElement? =
    takeWhile { it.isOfLibrary }.lastOrNull { it.isPublicMethod }

/**
 * The frame of a coroutine in a named module has the name of the module in its class name. A frame of another thread
 * has the name of its class loader.
 */
internal fun StackTraceElement.withoutModule(): StackTraceElement =
    StackTraceElement(className.substringAfter('/'), methodName, fileName, lineNumber)

/** The file and the number of a line, such as `EchoSpec.kt:17`, like in the reports of the core. */
internal fun StackTraceElement.place(): String = when {
    lineNumber < 0 -> fileName ?: className
    else -> "${fileName ?: className}:$lineNumber"
}

private fun StackTraceElement.isInSameMethod(other: StackTraceElement): Boolean =
    className == other.className && methodName == other.methodName

/** True for the frame below which a stack is that of the dispatcher. */
private val StackTraceElement.isResumption: Boolean
    get() = methodName == "resumeWith" && className == "kotlin.coroutines.jvm.internal.BaseContinuationImpl"

private val StackTraceElement.isPublicMethod: Boolean
    get() = methodName != "invokeSuspend" && !className.endsWith("Kt") &&
        (className.startsWith("${DSL}Suspending") || className.startsWith("${DSL}NetworkScope"))

internal val StackTraceElement.isOfUser: Boolean
    get() = !isOfLibrary && RUNTIMES.none(className::startsWith)

private val StackTraceElement.isOfLibrary: Boolean
    get() = className.startsWith(LIBRARY) &&
        (className.indexOf('.', LIBRARY.length) < 0 || PARTS.any { className.startsWith(it, LIBRARY.length) })

private const val LIBRARY = "dev.nettest."
private const val DSL = "dev.nettest.dsl."

/** The packages of the library below [LIBRARY]. A test may be in another package there. */
private val PARTS = listOf("internal.", "dsl.", "kotest.", "socket.", "channel.", "junit.")

private val RUNTIMES =
    listOf("kotlin.", "kotlinx.coroutines.", "_COROUTINE.", "java.", "javax.", "jdk.", "sun.", "io.kotest.")

private const val TIMEOUT_COROUTINE = "kotlinx.coroutines.TimeoutCoroutine"

/** More frames than a test has; a limit in case the frames form a cycle. */
private const val FRAMES = 256
