package dev.bothways.guest;

import java.util.Optional;
import java.util.SortedMap;

/**
 * What a kernel's image can do for a hypervisor, apart from device drivers.
 *
 * @param evidence each ability that was found, with what shows it: {@code CONFIG_XEN_PV=y in /boot/config-6.1.0-50-amd64}
 * @param problem why the image could not be looked into, as one sentence, where nothing else told
 */
public record Enlightenments(SortedMap<Ability, String> evidence, Optional<String> problem) {

    /** Abilities of a kernel's image. */
    public enum Ability {
        /** Runs as a paravirtual Xen guest (ELF note {@code XEN_ELFNOTE_ENTRY}). */
        XEN_PV,
        /** Runs as a PVH Xen guest (ELF note {@code XEN_ELFNOTE_PHYS32_ENTRY}). */
        XEN_PVH,
        /** Uses Xen's event channels and grants inside an HVM guest. */
        XEN_PVHVM,
        /** Knows Hyper-V's hypercalls and clock. */
        HYPERV,
        /** Knows VMware's clock and hypercalls. */
        VMWARE,
        /** Knows KVM's clock. */
        KVM
    }

    /** Whether the ability was found. */
    public boolean has(Ability ability) {
        return evidence.containsKey(ability);
    }
}
