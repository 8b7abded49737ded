package dev.bothways.machine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A guest's operating system in the words of every hypervisor. Whatever is looked up is found: a version that is not known
 * means the next older one of its product, and what is not known at all means {@link #unknown()}. A dialect that must not lose
 * the word it read keeps it beside, as an {@link Extra}, where it is not the one that would be written.
 *
 * <p>The words are those of libosinfo's short ids, VMware's {@code guestOS} (Workstation 17, ESXi 9) and its form in OVF,
 * CIM_OperatingSystem.OSType, VirtualBox 7.1 and the templates of XenServer 8 and XCP-ng 8.3. The table is a resource,
 * {@code guest-os.tsv}.
 *
 * @param id libosinfo's short id; also such as {@code linux3}, where libosinfo has none
 * @param bits 32 or 64
 * @param family what it is one of
 * @param words what hypervisors call it
 * @param soleWidth whether it is known in this width only
 */
public record GuestOs(String id, int bits, Family family, Words words, boolean soleWidth) {
    private static final String NARROW = "/i686";

    /** Which sort of system it is. */
    public enum Family {
        WINDOWS,
        LINUX,
        BSD,
        SOLARIS,
        MACOS,
        OTHER
    }

    /**
     * What the hypervisors call it.
     *
     * @param uri libosinfo's full id
     * @param vmware {@code guestOS} in a {@code .vmx}
     * @param ovf {@code vmw:osType} in an OVF
     * @param vmwareSince the first {@code virtualHW.version} that has these two words
     * @param cim {@code ovf:id} of an OVF's OperatingSystemSection
     * @param virtualBox {@code OSType} in a {@code .vbox}
     * @param template the name of XenServer's template; without one it is {@code Other install media}
     */
    public record Words(
            Optional<String> uri,
            String vmware,
            String ovf,
            int vmwareSince,
            int cim,
            String virtualBox,
            Optional<String> template) {}

    /** A system of which nothing is known, not even its width. */
    public static GuestOs unknown() {
        return of("unknown");
    }

    /**
     * By the text of {@link Machine#guestOs}: a short id of libosinfo, with {@code /i686} behind it where a system that comes in
     * both widths is the 32-bit one.
     */
    public static GuestOs of(String text) {
        boolean narrow = text.endsWith(NARROW);
        String id = narrow ? text.substring(0, text.length() - NARROW.length()) : text;
        return GuestOsTable.lookUp(GuestOsTable.Column.ID, id, OptionalInt.of(narrow ? 32 : 64));
    }

    /** By {@code guestOS} of a {@code .vmx}, in any case. */
    public static GuestOs ofVmware(String word) {
        return GuestOsTable.lookUp(GuestOsTable.Column.VMWARE, word, OptionalInt.empty());
    }

    /** By {@code vmw:osType} of an OVF. */
    public static GuestOs ofOvf(String osType) {
        return GuestOsTable.lookUp(GuestOsTable.Column.OVF, osType, OptionalInt.empty());
    }

    /**
     * By the number in an OVF's OperatingSystemSection.
     *
     * @param version {@code ovf:version} beside it
     */
    public static GuestOs ofCim(int number, Optional<String> version) {
        List<GuestOs> rows = GuestOsTable.withCim(number);
        if (rows.isEmpty()) {
            return unknown();
        }
        return version.flatMap(text -> GuestOsTable.nearest(rows, text)).orElse(rows.getFirst());
    }

    /** By {@code OSType} of a {@code .vbox}. */
    public static GuestOs ofVirtualBox(String osType) {
        return GuestOsTable.lookUp(GuestOsTable.Column.VIRTUALBOX, osType, OptionalInt.empty());
    }

    /** By the name of a template of XenServer. */
    public static GuestOs ofTemplate(String name) {
        return GuestOsTable.lookUp(GuestOsTable.Column.TEMPLATE, name, OptionalInt.empty());
    }

    /** By libosinfo's full id, as libvirt's metadata have it. */
    public static GuestOs ofUri(String uri) {
        return GuestOsTable.lookUp(GuestOsTable.Column.URI, uri, OptionalInt.of(64));
    }

    /** Whether anything is known of it. */
    public boolean known() {
        return !id.equals("unknown");
    }

    /**
     * The system by which a virtual machine of VMware's may be called: this one, or where its hardware version is older than
     * the word, the newest one before it of the same product; where there is none, a Linux of the newest kernel that it knows,
     * or nothing but the width.
     *
     * @param hardwareVersion {@code virtualHW.version}
     */
    public GuestOs knownToVmware(int hardwareVersion) {
        return words.vmwareSince() <= hardwareVersion ? this : GuestOsTable.knownToVmware(this, hardwareVersion);
    }

    /** What {@link Machine#guestOs} holds: empty where nothing is known. */
    public Optional<String> text() {
        return known() ? Optional.of(bits == 32 && !soleWidth ? id + NARROW : id) : Optional.empty();
    }

    /** The template of keys that Hyper-V's secure boot needs for it. */
    public String secureBootTemplate() {
        return family == Family.WINDOWS ? "MicrosoftWindows" : "MicrosoftUEFICertificateAuthority";
    }
}
