package dev.bothways.machine;

/** A trusted platform module, by the version of its interface. What it holds never travels. */
public enum SecurityChip {
    TPM_1_2("tpm-1.2"),
    TPM_2_0("tpm-2.0");

    private final String id;

    SecurityChip(String id) {
        this.id = id;
    }

    /** The name in manifests. */
    public String id() {
        return id;
    }
}
