package dev.bothways.disk.archive.vma;

/** A file of the host that belongs to the machine. */
public final class VmaConfiguration {
    private final String name;
    private final byte[] content;

    VmaConfiguration(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    /** {@code qemu-server.conf} is the definition, {@code qemu-server.fw} the firewall. */
    public String name() {
        return name;
    }

    /** A copy of its bytes. */
    public byte[] content() {
        return content.clone();
    }
}
