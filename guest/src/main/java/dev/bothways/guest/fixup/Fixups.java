package dev.bothways.guest.fixup;

import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.network.NetworkCards;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Plans everything that a guest needs to run on other hardware. What planning must read of the guest is read once, however many
 * plans are asked for.
 */
public final class Fixups {
    private final List<AttachedDisk> attached;
    private final LinuxGuest guest;
    private final Readings readings;
    private final Optional<NetworkCards> cards;

    /**
     * Fix-ups for one guest.
     *
     * @param attached the disks as the machine attaches them, in the order that {@code guest}'s volumes count
     * @param grub a folder with GRUB's files for BIOS ({@code i386-pc}), where one is given; else the guest's own are taken, or
     *     the host's
     */
    public Fixups(List<AttachedDisk> attached, LinuxGuest guest, Optional<Path> grub) {
        this(attached, guest, grub, Optional.empty());
    }

    /**
     * As the other.
     *
     * @param cards the network cards as the guest knows them now, as many and in the same order as on the target; empty where no
     *     more is known of them than what the target tells
     */
    public Fixups(List<AttachedDisk> attached, LinuxGuest guest, Optional<Path> grub, Optional<NetworkCards> cards) {
        this(attached, guest, grub, cards, false);
    }

    /**
     * As the others.
     *
     * @param discardHibernation whether a hibernated guest's memory is thrown away; else such a guest is refused
     */
    public Fixups(
            List<AttachedDisk> attached,
            LinuxGuest guest,
            Optional<Path> grub,
            Optional<NetworkCards> cards,
            boolean discardHibernation) {
        this.attached = List.copyOf(attached);
        this.guest = guest;
        this.readings = new Readings(guest, grub, discardHibernation);
        this.cards = cards;
    }

    /**
     * The plan for this hardware. Only the guest and the target count, never the platform it comes from (but for the
     * facts by which its files choose network cards now); a guest that would boot
     * as it is gets an empty plan.
     */
    public FixupPlan plan(TargetHardware target) throws IOException {
        return plan(target, new LayoutPlanner(attached, guest, target).plan());
    }

    /** As {@link #plan(TargetHardware)}, with disks called as {@code naming} says instead of by their order. */
    public FixupPlan plan(TargetHardware target, DiskNaming naming) throws IOException {
        return plan(target, new LayoutPlanner(attached, guest, target, naming).plan());
    }

    private FixupPlan plan(TargetHardware target, DiskLayout layout) throws IOException {
        Draft draft = new Draft(attached, guest, target, layout, readings, cards);
        for (Fixup fixup : inOrder()) {
            draft.run(fixup);
        }
        ReadOnlyVolumes.block(draft);
        return new FixupPlan(
                attached,
                Optional.of(guest),
                draft.edits(),
                layout,
                draft.bootLoader(),
                draft.warnings(),
                draft.blockers());
    }

    /** A menu is there before its command lines are changed, and the kernel before its initramfs is completed. */
    private static List<Fixup> inOrder() {
        return List.of(
                new Hibernation(),
                new KernelAbility(),
                new HostKernel(),
                new BootLoaderInstallation(),
                new HostReadableMenu(),
                new DiskNames(),
                new ConsoleSettings(),
                new InterfaceNames(),
                new InitramfsDrivers());
    }
}
