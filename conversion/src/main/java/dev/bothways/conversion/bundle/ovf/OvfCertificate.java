package dev.bothways.conversion.bundle.ovf;

import dev.bothways.conversion.ConversionException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signature of a manifest (DSP0243, clause 6): {@code SHA256(web01.mf)= } and the signature in hexadecimal digits, then the
 * signer's X.509 certificate as PEM, perhaps with those of who issued it.
 *
 * <p>It proves that the manifest is what the certificate's owner signed. Who that is, nobody checks here: no root is trusted.
 */
final class OvfCertificate {
    private static final Pattern SIGNATURE =
            Pattern.compile("\\s*(SHA-?\\d+)\\s*\\((.+)\\)\\s*=\\s*((?:[0-9a-f]{2})+)\\s*", Pattern.CASE_INSENSITIVE);
    private static final String PEM = "-----BEGIN";

    private final String algorithm;
    private final byte[] signature;
    private final X509Certificate signer;
    private final Path called;

    private OvfCertificate(String algorithm, byte[] signature, X509Certificate signer, Path called) {
        this.algorithm = algorithm;
        this.signature = signature;
        this.signer = signer;
        this.called = called;
    }

    /** Reads a certificate file. */
    static OvfCertificate read(byte[] content, Path called) throws ConversionException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int pem = text.indexOf(PEM);
        if (pem < 0) {
            throw wrong(called, "holds no certificate (a block that begins with " + PEM + ")");
        }
        Matcher matcher = SIGNATURE.matcher(text.substring(0, pem));
        if (!matcher.matches()) {
            throw wrong(
                    called, "does not begin with a signature of the manifest, such as SHA256(NAME.mf)= and its digits");
        }
        String hash = matcher.group(1).toUpperCase(Locale.ROOT).replace("-", "");
        return new OvfCertificate(
                hash, HexFormat.of().parseHex(matcher.group(3)), signer(text.substring(pem), called), called);
    }

    private static X509Certificate signer(String pem, Path called) throws ConversionException {
        try {
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))) {
                if (certificate instanceof X509Certificate x509) {
                    return x509;
                }
            }
        } catch (CertificateException e) {
            throw wrong(called, "has a certificate that cannot be read: " + firstLine(e));
        }
        throw wrong(called, "holds no certificate");
    }

    /**
     * Checks that the certificate's owner signed these bytes.
     *
     * @return what is odd about the certificate, a sentence each
     * @throws ConversionException where the signature is not of these bytes, or of an unknown kind
     */
    List<String> verify(byte[] manifest, Instant now) throws ConversionException {
        PublicKey key = signer.getPublicKey();
        String kind = key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm();
        try {
            Signature check = Signature.getInstance(algorithm + "with" + kind);
            check.initVerify(key);
            check.update(manifest);
            if (!check.verify(signature)) {
                throw wrong(
                        called, "has a signature that is not of the manifest beside it: one of the two was changed");
            }
        } catch (GeneralSecurityException e) {
            throw wrong(
                    called,
                    "has a signature (" + algorithm + " with " + kind + ") that cannot be checked: " + firstLine(e));
        }
        return oddities(now);
    }

    private List<String> oddities(Instant now) {
        List<String> odd = new ArrayList<>();
        String who = signer.getSubjectX500Principal().getName();
        try {
            signer.checkValidity(Date.from(now));
        } catch (CertificateExpiredException e) {
            odd.add(called + ": the certificate of '" + who + "' has expired");
        } catch (CertificateNotYetValidException e) {
            odd.add(called + ": the certificate of '" + who + "' is not valid yet");
        }
        if (signer.getSubjectX500Principal().equals(signer.getIssuerX500Principal())) {
            odd.add(called + ": the certificate of '" + who + "' is signed by itself, so it proves nobody's name");
        }
        return odd;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static ConversionException wrong(Path called, String message) {
        return new ConversionException(ConversionException.Kind.SOURCE, called + " " + message);
    }
}
