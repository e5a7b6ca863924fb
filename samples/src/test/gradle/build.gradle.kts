// README shows the regions. ktlint parses this file and CoordinatesTest reads its coordinates; this build has no Gradle.

plugins {
    java
}

// snippet: readme-gradle
repositories {
    mavenLocal()
    mavenCentral()
}

dependencies {
    testImplementation(platform("dev.nettest:nettest-bom:0.1.0-SNAPSHOT"))
    testImplementation("dev.nettest:nettest-dsl") // or nettest-core, for Java alone
    testImplementation("dev.nettest:nettest-kotest") // for the extension and the matchers
}

tasks.test {
    useJUnitPlatform()
}
// end snippet

// snippet: readme-gradle-suites
testing {
    suites {
        named<JvmTestSuite>("test") {
            useJUnitJupiter("5.13.4")
            dependencies {
                implementation(platform(libs.nettest.bom))
                implementation(libs.nettest.dsl)
                implementation(libs.nettest.kotest)
            }
        }
    }
}
// end snippet
