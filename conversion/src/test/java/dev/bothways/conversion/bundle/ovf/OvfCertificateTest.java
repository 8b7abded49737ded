package dev.bothways.conversion.bundle.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures of manifests, by keys that the JDK's own keytool makes. */
final class OvfCertificateTest {
    private static final Path CALLED = Path.of("web01.cert");
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final byte[] MANIFEST = "SHA256(web01.ovf)= 00\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder = Path.of("");

    private String signed(String keyAlgorithm, String hash, byte[] manifest) throws Exception {
        Path store = folder.resolve("keys.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "k",
                        "-keyalg",
                        keyAlgorithm,
                        "-dname",
                        "CN=Author",
                        "-validity",
                        "10",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Signature signature =
                Signature.getInstance(hash + "with" + (keyAlgorithm.equals("EC") ? "ECDSA" : keyAlgorithm));
        signature.initSign((PrivateKey) keys.getKey("k", PASSWORD));
        signature.update(manifest);
        String certificate = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getCertificate("k").getEncoded());
        return hash + "(web01.mf)= " + HexFormat.of().formatHex(signature.sign()) + "\n-----BEGIN CERTIFICATE-----\n"
                + certificate + "\n-----END CERTIFICATE-----\n";
    }

    @ParameterizedTest
    @CsvSource({"RSA,SHA256", "RSA,SHA1", "RSA,SHA512", "EC,SHA256"})
    void acceptsWhatTheOwnerSigned(String key, String hash) throws Exception {
        OvfCertificate certificate = read(signed(key, hash, MANIFEST));
        assertThat(certificate.verify(MANIFEST, Instant.now()))
                .containsExactly(
                        "web01.cert: the certificate of 'CN=Author' is signed by itself, so it proves nobody's name");
        assertThat(certificate.verify(MANIFEST, Instant.now().plus(Duration.ofDays(20))))
                .contains("web01.cert: the certificate of 'CN=Author' has expired");
        assertThat(certificate.verify(MANIFEST, Instant.now().minus(Duration.ofDays(20))))
                .contains("web01.cert: the certificate of 'CN=Author' is not valid yet");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> certificate.verify("other".getBytes(StandardCharsets.UTF_8), Instant.now()))
                .withMessage(
                        "web01.cert has a signature that is not of the manifest beside it: one of the two was changed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SHA256(web01.mf)= 00",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "SHA256(web01.mf)= 00\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "SHA256(web01.mf)= 00\n-----BEGIN CERTIFICATE-----\n",
                "SHA256(web01.mf)= 0\n-----BEGIN CERTIFICATE-----\n"
            })
    void refusesWhatIsNoCertificate(String text) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> read(text))
                .withMessageStartingWith("web01.cert ");
    }

    @Test
    void refusesASignatureOfAnUnknownKind() throws Exception {
        String text = signed("RSA", "SHA256", MANIFEST).replaceFirst("SHA256", "SHA9");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> read(text).verify(MANIFEST, Instant.now()))
                .withMessageContaining("cannot be checked");
    }

    private static OvfCertificate read(String text) throws ConversionException {
        return OvfCertificate.read(text.getBytes(StandardCharsets.ISO_8859_1), CALLED);
    }
}
