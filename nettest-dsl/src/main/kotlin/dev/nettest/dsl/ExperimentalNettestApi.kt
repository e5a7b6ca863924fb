package dev.nettest.dsl

/** An API that may change in any version, without notice. */
@RequiresOptIn("This API of nettest is experimental. It may change in any version.", RequiresOptIn.Level.WARNING)
@Retention(AnnotationRetention.BINARY)
@Target(
    AnnotationTarget.CLASS,
    AnnotationTarget.CONSTRUCTOR,
    AnnotationTarget.FUNCTION,
    AnnotationTarget.PROPERTY,
)
public annotation class ExperimentalNettestApi
