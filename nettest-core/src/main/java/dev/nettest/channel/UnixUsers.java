package dev.nettest.channel;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.UnixDomainPrincipal;

/** The credentials of all Unix domain sockets: those of the user that runs the tests. */
final class UnixUsers {

    /** The group has the name of the user. */
    static final UnixDomainPrincipal CURRENT = current(System.getProperty("user.name"));

    private UnixUsers() {}

    private static UnixDomainPrincipal current(String name) {
        return new UnixDomainPrincipal(new User(name), new Group(name));
    }

    private record User(String name) implements UserPrincipal {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private record Group(String name) implements GroupPrincipal {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
