package dev.bothways.guest;

/** A processor architecture, told by the header of the guest's own programs. */
public enum Architecture {
    X86_64("x86-64"),
    X86("x86"),
    ARM64("arm64"),
    ARM("arm"),
    RISCV64("riscv64"),
    POWER64("power64"),
    S390X("s390x"),
    UNKNOWN("unknown architecture");

    private final String id;

    Architecture(String id) {
        this.id = id;
    }

    /** The name that users read. */
    public String id() {
        return id;
    }
}
