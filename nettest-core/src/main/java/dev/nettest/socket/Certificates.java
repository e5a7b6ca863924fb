package dev.nettest.socket;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Creates certificates. The only class that uses BouncyCastle, which is optional. */
final class Certificates {

    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    /** No host name, because the last label of one has a letter (RFC 1123, 2.1). */
    private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d+(\\.\\d+){3}");

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");

    private Certificates() {}

    /** A certificate for these host names and IP addresses, valid from a day ago to a day from now. */
    static X509Certificate selfSigned(KeyPair keys, List<String> names) throws GeneralSecurityException {
        X500Name subject =
                new X500NameBuilder().addRDN(BCStyle.CN, names.get(0)).build();
        GeneralName[] alternatives =
                names.stream().map(Certificates::alternative).toArray(GeneralName[]::new);
        Instant now = Instant.now();
        X509v3CertificateBuilder certificate = new JcaX509v3CertificateBuilder(
                subject,
                BigInteger.valueOf(now.toEpochMilli()),
                Date.from(now.minus(VALIDITY)),
                Date.from(now.plus(VALIDITY)),
                subject,
                keys.getPublic());
        try {
            certificate.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static GeneralName alternative(String name) {
        if (IPV4.matcher(name).matches() || name.indexOf(':') >= 0) {
            try {
                InetAddress.getByName(name); // a literal: no name service is asked
                return new GeneralName(GeneralName.iPAddress, name);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("neither a host name nor an IP address: " + name, e);
            }
        }
        if (!HOST.matcher(name).matches() || FOUR_NUMBERS.matcher(name).matches()) {
            throw new IllegalArgumentException("neither a host name nor an IP address: " + name);
        }
        return new GeneralName(GeneralName.dNSName, name);
    }
}
