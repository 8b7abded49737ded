package dev.bothways.machine;

/** What a drive is attached to, as the guest sees it. */
public enum Bus {
    /** Xen's paravirtual block device ({@code xvda}). */
    XEN("xen", "xvd", 1),
    /** Two controllers with two drives each ({@code hda} to {@code hdd}). */
    IDE("ide", "hd", 2),
    /** A SCSI host adapter; also Hyper-V's synthetic one and VMware's paravirtual one. */
    SCSI("scsi", "sd", 64),
    SATA("sata", "sd", 32),
    /** virtio-blk. */
    VIRTIO("virtio", "vd", 1),
    NVME("nvme", "nvme", 1),
    USB("usb", "sd", 1),
    /** The floppy controller ({@code fda}, {@code fdb}). */
    FLOPPY("floppy", "fd", 2);

    private final String id;
    private final String prefix;
    private final int units;

    Bus(String id, String prefix, int units) {
        this.id = id;
        this.prefix = prefix;
        this.units = units;
    }

    /** The name in manifests. */
    public String id() {
        return id;
    }

    /** How the classic device names on this bus begin. */
    public String devicePrefix() {
        return prefix;
    }

    /** How many units of one controller are counted before the next controller's; 1 where there are no controllers. */
    public int unitsPerController() {
        return units;
    }
}
