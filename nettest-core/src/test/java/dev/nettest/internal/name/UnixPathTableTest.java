package dev.nettest.internal.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.testing.Background;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of a socket file: bound, claimed, released, removed. */
class UnixPathTableTest {
    private static final Object HOST = "host";

    private final UnixPathTable<String> table = new UnixPathTable<>();

    @AfterEach
    void noLockIsKept() {
        Background.call(table::owners).result();
    }

    @Test
    void aFileBelongsToOneHost() {
        assertThat(table.bind(HOST, "/a", () -> "owner")).isEqualTo("owner");

        assertThat(table.find(HOST, "/a")).isEqualTo("owner");
        assertThat(table.find("other host", "/a")).isNull();
        assertThat(table.bind(HOST, "/a", () -> "late")).isNull();
    }

    @Test
    void aFileStaysAfterItsOwner() {
        table.bind(HOST, "/a", () -> "owner");

        table.release("owner");

        assertThat(table.find(HOST, "/a")).isNull();
        assertThat(table.exists(HOST, "/a")).isTrue();
        assertThat(table.unlink(HOST, "/a")).isTrue();
        assertThat(table.unlink(HOST, "/a")).isFalse();
    }

    @Test
    void aClaimGetsItsOwnerLater() {
        Object token = new Object();
        assertThat(table.claim(HOST, "/a", token)).isTrue();
        assertThat(table.claim(HOST, "/a", null)).isFalse();

        table.bindClaimed(token, () -> "owner");

        assertThat(table.find(HOST, "/a")).isEqualTo("owner");
    }

    @Test
    void aReleasedClaimGetsNoOwner() {
        Object token = new Object();
        table.claim(HOST, "/a", token);

        table.releaseClaim(token);
        table.bindClaimed(token, () -> "owner");

        assertThat(table.find(HOST, "/a")).isNull();
    }

    @Test
    void anUnlinkedOwnerStaysBoundButIsNotFound() {
        table.bind(HOST, "/a", () -> "first");
        table.unlink(HOST, "/a");
        table.bind(HOST, "/a", () -> "second");

        assertThat(table.find(HOST, "/a")).isEqualTo("second");
        assertThat(table.owners()).containsExactly("second", "first");
    }

    @Test
    void anUnlinkedClaimGetsAnOwnerThatIsNotFound() {
        Object token = new Object();
        Object other = new Object();
        table.claim(HOST, "/a", token);
        table.claim(HOST, "/b", other);
        assertThat(table.unlink(HOST, "/a")).isTrue();

        assertThat(table.bindClaimed(token, () -> "owner")).isEqualTo("owner");

        assertThat(table.find(HOST, "/a")).isNull();
        assertThat(table.exists(HOST, "/a")).isFalse();
        assertThat(table.find(HOST, "/b")).isNull();
        assertThat(table.owners()).containsExactly("owner");
    }

    @Test
    void aClaimWithoutATokenNeverGetsAnOwner() {
        table.claim(HOST, "/a", null);
        assertThat(table.unlink(HOST, "/a")).isTrue();

        table.bindClaimed(new Object(), () -> "owner");

        assertThat(table.owners()).isEmpty();
    }

    @Test
    void onlyTheOwnerAndTheTokenAreReleased() {
        Object token = new Object();
        table.bind(HOST, "/a", () -> "a");
        table.bind(HOST, "/b", () -> "b");
        table.claim(HOST, "/c", token);
        table.unlink(HOST, "/b");

        table.release("a");
        table.releaseClaim(new Object());

        assertThat(table.owners()).containsExactly("b");
        table.bindClaimed(token, () -> "c");
        assertThat(table.find(HOST, "/c")).isEqualTo("c");
        table.release("b");
        assertThat(table.owners()).containsExactly("c");
        table.release("c");
        table.bindClaimed(token, () -> "late"); // a release ends the claim too
        assertThat(table.owners()).isEmpty();
    }

    @Test
    void aRemovedFileIsForgottenWithItsClaim() {
        Object token = new Object();
        table.claim(HOST, "/a", token);
        table.unlink(HOST, "/a");

        table.releaseClaim(token);
        table.bindClaimed(token, () -> "owner");

        assertThat(table.owners()).isEmpty();
    }

    @Test
    void countsChangesOfOwners() {
        long count = table.changes().count();
        table.claim(HOST, "/claimed", null);
        assertThat(table.changes().count()).isEqualTo(count);

        table.bind(HOST, "/a", () -> "owner");
        table.release("owner");

        assertThat(table.changes().count()).isEqualTo(count + 2);
        Object token = new Object();
        table.claim(HOST, "/b", token);
        table.bindClaimed(token, () -> "later");
        assertThat(table.changes().count()).isEqualTo(count + 3);
        table.unlink(HOST, "/b");
        assertThat(table.changes().count()).isEqualTo(count + 4);
        table.releaseClaim(token);
        assertThat(table.changes().count()).isEqualTo(count + 4);
    }
}
