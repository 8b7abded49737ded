package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Optional;

/** {@code <tpm>}. */
final class TpmForm {
    private TpmForm() {}

    /** The chip; a proxy to the host's own, of POWER, is none. Without a version it is libvirt's usual one for the model. */
    static Optional<SecurityChip> read(XmlElement tpm) {
        String model = tpm.attribute("model").orElse("tpm-tis");
        if (model.equals("spapr-tpm-proxy")) {
            return Optional.empty();
        }
        String version = tpm.child("backend")
                .flatMap(backend -> backend.attribute("version"))
                .orElse("");
        return Optional.of(version.equals("1.2") ? SecurityChip.TPM_1_2 : SecurityChip.TPM_2_0);
    }

    static XmlElement write(SecurityChip chip) {
        boolean old = chip == SecurityChip.TPM_1_2;
        return XmlElement.builder("tpm")
                .attribute("model", old ? "tpm-tis" : "tpm-crb")
                .child(XmlElement.builder("backend")
                        .attribute("type", "emulator")
                        .attribute("version", old ? "1.2" : "2.0"))
                .build();
    }
}
