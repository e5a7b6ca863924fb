package dev.nettest.contract;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The oracle of cut links: {@link java.net.Socket} of the kernel, in two network namespaces. */
class NamespaceCutContractTest extends CutContract {

    @BeforeAll
    static void needsNamespaces() {
        String refusal = Namespaces.refusal();
        if (refusal != null) {
            System.out.println("skipped, " + NamespaceCutContractTest.class.getSimpleName() + ": " + refusal);
        }
        Assumptions.assumeTrue(refusal == null, refusal);
    }

    @Override
    CutBackend open(int retries) {
        return Namespaces.open(retries);
    }
}
