package dev.bothways.machine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What runs first when the machine starts. */
public sealed interface Firmware {

    /** A PC BIOS. */
    record Bios() implements Firmware {}

    /**
     * UEFI.
     *
     * @param secureBoot whether only signed boot loaders run
     * @param variables a file of the host that keeps what the guest told the firmware (boot entries, keys), as the definition
     *     writes it; every hypervisor has a format of its own
     */
    record Uefi(boolean secureBoot, Optional<String> variables) implements Firmware {
        /** UEFI whose variables the hypervisor keeps where it likes. */
        public Uefi(boolean secureBoot) {
            this(secureBoot, Optional.empty());
        }
    }

    /**
     * No firmware: the host loads a kernel from its own files.
     *
     * @param kernel a file of the host, as the definition writes it
     * @param ramdisk a file of the host
     * @param commandLine the kernel's, whole; empty text where there is none
     */
    record DirectKernel(String kernel, Optional<String> ramdisk, String commandLine) implements Firmware {}

    /**
     * No firmware: a program of the host reads the guest's boot menu and fetches the kernel out of the guest's disk (pygrub).
     *
     * @param program the program, as the definition writes it
     * @param arguments what it is given
     * @param kernel a path inside the guest that overrules the menu
     * @param ramdisk likewise
     * @param commandLine added to the menu's choice; empty text where there is nothing
     */
    record HostBootLoader(
            String program,
            List<String> arguments,
            Optional<String> kernel,
            Optional<String> ramdisk,
            String commandLine)
            implements Firmware {
        public HostBootLoader {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * A boot loader given by the host that runs inside the guest and reads the guest's boot menu (pv-grub, GRUB 2 for Xen).
     *
     * @param image {@code pvgrub32}, {@code pvgrub64}, or a file of the host
     * @param commandLine what it is told, mostly where the menu is
     */
    record ParavirtualGrub(String image, String commandLine) implements Firmware {
        private static final Pattern FILE =
                Pattern.compile("(pv-?grub|grub)[^/]*(x86|i386|32|64|xen)[^/]*", Pattern.CASE_INSENSITIVE);

        /** Whether a file that a definition gives as a kernel is such a boot loader, by its name. */
        public static boolean isCalledSo(String kernel) {
            return FILE.matcher(kernel.substring(kernel.lastIndexOf('/') + 1)).matches();
        }
    }
}
