package dev.bothways.guest.fixup;

import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.LinuxKernel;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Checks that there is a kernel, and that it can run on the target's processor interface. It changes nothing. */
final class KernelAbility implements Fixup {

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        Optional<LinuxKernel> kernel = draft.guest().defaultKernel();
        if (kernel.isEmpty()) {
            draft.block(
                    "the guest has no kernel, neither in /boot nor given by the host: give one (kernel= and ramdisk=), or install"
                            + " one in the guest first");
            return;
        }
        Optional<Ability> asked = draft.needs().ability();
        if (asked.isEmpty() || kernel.get().enlightenments().has(asked.get())) {
            return;
        }
        Optional<String> problem = kernel.get().enlightenments().problem();
        if (problem.isPresent()) {
            draft.warn("whether kernel " + kernel.get().release() + " runs on "
                    + draft.target().platform().id() + " could not be told: " + problem.get());
            return;
        }
        draft.block("kernel " + kernel.get().release() + " cannot run on "
                + draft.target().platform().id() + ": it was built without "
                + asked.get().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " support"
                + remedy(draft, asked.get()));
    }

    private static String remedy(Draft draft, Ability asked) throws IOException {
        for (LinuxKernel other : draft.guest().kernels()) {
            if (other.image().isPresent() && other.enlightenments().has(asked)) {
                return "; make " + other.release() + ", which has it, the default in the guest's menu first";
            }
        }
        return switch (asked) {
            case XEN_PV, XEN_PVH -> "; convert it for xen-hvm, or install such a kernel in the guest first";
            case XEN_PVHVM, HYPERV, VMWARE, KVM -> "; install such a kernel in the guest first";
        };
    }
}
