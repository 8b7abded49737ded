package dev.bothways.guest.fixup;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.PlatformNeeds.Boot;
import dev.bothways.machine.Firmware;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A menu that the Xen host can read. For a paravirtual guest pygrub looks for the kernel in the guest's menu by a simple parser:
 * it knows plain entries, but no entries in files of their own (BLS), no variables in paths, and counts entries of submenus on
 * the top level. Where it would start another kernel than GRUB, or none, an entry of plain words goes first.
 */
final class HostReadableMenu implements Fixup {

    @Override
    public String name() {
        return "menu for pygrub";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        boolean direct = draft.target().firmware() instanceof Firmware.DirectKernel;
        if (draft.needs().boot() != Boot.BY_HOST
                || direct
                || draft.guest().hostBoot().isPresent()) {
            return;
        }
        BootLoader loader = draft.guest().bootLoader();
        Optional<BootEntry> read =
                loader.pygrub().flatMap(BootLoader.PygrubMenu::chosen).filter(entry -> isWhole(draft, entry));
        if (read.isPresent()
                && (loader.chosen().isEmpty()
                        || startsTheSame(read.get(), loader.chosen().get()))) {
            return;
        }
        MenuWriter writer = new MenuWriter(draft);
        List<MenuWriter.Entry> entries = writer.entries(loader.entries(), loader.chosen());
        if (entries.isEmpty()) {
            draft.block("the guest has no kernel in /boot that pygrub could start: install one in the guest first");
            return;
        }
        // pygrub looks there first, and inside the file system alone.
        String path = draft.exists("/boot/grub2/grub.cfg") && !draft.exists("/boot/grub/grub.cfg")
                ? "/boot/grub2/grub.cfg"
                : "/boot/grub/grub.cfg";
        String reason = "pygrub on the Xen host cannot read the guest's menu as GRUB does";
        Optional<String> present = draft.text(path);
        if (loader.pygrub().isPresent() && present.isPresent() && isParsed(loader)) {
            draft.write(path, writer.text(entries.getFirst()) + present.get(), reason);
        } else {
            draft.write(path, writer.text(entries), reason);
        }
    }

    /** Whether pygrub gets through the file, so that an entry put first is found. */
    private static boolean isParsed(BootLoader loader) {
        return loader.pygrub().filter(menu -> !menu.entries().isEmpty()).isPresent();
    }

    private static boolean isWhole(Draft draft, BootEntry entry) {
        try {
            return entry.kernel().isPresent()
                    && !entry.commandLine().contains("$")
                    && draft.guest().files().isRegular(entry.kernel().get());
        } catch (IOException e) {
            draft.warn("the kernel of the entry " + entry.title() + " could not be looked for: " + e.getMessage());
            return false;
        }
    }

    private static boolean startsTheSame(BootEntry one, BootEntry other) {
        return one.kernel().equals(other.kernel()) && one.initramfs().equals(other.initramfs());
    }
}
