package dev.bothways.guest.fixup;

import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.LinuxGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Plans everything that a guest needs to run on other hardware. */
public final class Fixups {

    private Fixups() {}

    /**
     * The plan for a guest. Only the guest and the target count, never the platform it comes from; a guest that would boot as it
     * is gets an empty plan.
     *
     * @param attached the disks as the machine attaches them, in the order that {@code guest}'s volumes count
     * @param grub a folder with GRUB's files for BIOS ({@code i386-pc}), where one is given; else the guest's own are taken, or
     *     the host's
     */
    public static FixupPlan plan(
            List<AttachedDisk> attached, LinuxGuest guest, TargetHardware target, Optional<Path> grub)
            throws IOException {
        DiskLayout layout = new LayoutPlanner(attached, guest, target).plan();
        Draft draft = new Draft(attached, guest, target, layout);
        for (Fixup fixup : inOrder(grub)) {
            draft.run(fixup);
        }
        return new FixupPlan(
                attached, guest, draft.edits(), layout, draft.bootLoader(), draft.warnings(), draft.blockers());
    }

    /** A menu is there before its command lines are changed, and the kernel before its initramfs is completed. */
    private static List<Fixup> inOrder(Optional<Path> grub) {
        return List.of(
                new KernelAbility(),
                new HostKernel(),
                new BootLoaderInstallation(grub),
                new HostReadableMenu(),
                new DiskNames(),
                new ConsoleSettings(),
                new InterfaceNames(),
                new InitramfsDrivers());
    }
}
