package dev.nettest.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Creates X.509 certificates of version 3 (RFC 5280), signed with ECDSA. */
final class Certificates {

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    /** No host name, because the last label of one has a letter (RFC 1123, 2.1). */
    private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d+(\\.\\d+){3}");

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");

    private static final byte[] SIGNED_BY = Der.sequence(Der.identifier("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int VERSION_3 = 2;

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_KEY = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** Bit 0 is the highest one: {@code digitalSignature}. */
    private static final byte DIGITAL_SIGNATURE = (byte) 0x80;

    private static final int UNUSED_WITH_DIGITAL_SIGNATURE = 7;

    /** Bits 5 and 6: {@code keyCertSign} and {@code cRLSign}. */
    private static final byte SIGNS_CERTIFICATES = 0x06;

    private static final int UNUSED_WITH_SIGNS_CERTIFICATES = 1;

    /** The bits of a serial number. Clients refuse two certificates of one issuer with the same number. */
    private static final int NUMBER_BITS = 64;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Certificates() {}

    /** The name and the key that sign a certificate. */
    record Signer(String name, PublicKey publicKey, PrivateKey key) {}

    /** The time in which a certificate is valid. */
    record Validity(Instant from, Instant to) {}

    /** The certificate of an authority, signed by itself. */
    static X509Certificate ofAuthority(Signer authority, Validity validity) throws GeneralSecurityException {
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(critical(BASIC_CONSTRAINTS, Der.sequence(Der.yes())));
        extensions.add(critical(KEY_USAGE, Der.bits(UNUSED_WITH_SIGNS_CERTIFICATES, SIGNS_CERTIFICATES)));
        return signed(authority, authority.name, authority.publicKey, validity, extensions);
    }

    /** A certificate for these host names and IP addresses. */
    static X509Certificate of(Signer authority, List<String> names, PublicKey key, Validity validity)
            throws GeneralSecurityException {
        byte[][] alternatives = names.stream().map(Certificates::alternative).toArray(byte[][]::new);
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(extension(ALTERNATIVE_NAMES, Der.sequence(alternatives)));
        extensions.add(critical(KEY_USAGE, Der.bits(UNUSED_WITH_DIGITAL_SIGNATURE, DIGITAL_SIGNATURE)));
        extensions.add(extension(EXTENDED_KEY_USAGE, Der.sequence(Der.identifier(SERVER), Der.identifier(CLIENT))));
        return signed(authority, names.get(0), key, validity, extensions);
    }

    private static X509Certificate signed(
            Signer signer, String subject, PublicKey key, Validity validity, List<byte[]> extensions)
            throws GeneralSecurityException {
        extensions.add(extension(SUBJECT_KEY, Der.octets(digest(key))));
        extensions.add(extension(AUTHORITY_KEY, Der.sequence(Der.implicit(0, digest(signer.publicKey)))));
        byte[] content = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.valueOf(VERSION_3))),
                Der.integer(new BigInteger(NUMBER_BITS, RANDOM).add(BigInteger.ONE)),
                SIGNED_BY,
                name(signer.name),
                Der.sequence(Der.time(validity.from), Der.time(validity.to)),
                name(subject),
                key.getEncoded(),
                Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(signer.key);
        signature.update(content);
        byte[] encoded = Der.sequence(content, SIGNED_BY, Der.bits(0, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(commonName))));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    private static byte[] critical(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.yes(), Der.octets(value));
    }

    /** Any digest of the key can identify it (RFC 5280, 4.2.1.2). */
    private static byte[] digest(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    }

    private static byte[] alternative(String name) {
        if (IPV4.matcher(name).matches() || name.indexOf(':') >= 0) {
            try {
                byte[] address = InetAddress.getByName(name).getAddress(); // a literal: no name service is asked
                return Der.implicit(IP_ADDRESS, address);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("neither a host name nor an IP address: " + name, e);
            }
        }
        if (!HOST.matcher(name).matches() || FOUR_NUMBERS.matcher(name).matches()) {
            throw new IllegalArgumentException("neither a host name nor an IP address: " + name);
        }
        return Der.implicit(DNS_NAME, name.getBytes(US_ASCII));
    }
}
