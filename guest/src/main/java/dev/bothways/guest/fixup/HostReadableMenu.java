package dev.bothways.guest.fixup;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.PlatformNeeds.Boot;
import dev.bothways.guest.linux.bootloader.GrubDefaults;
import dev.bothways.guest.linux.bootloader.PygrubMenuText;
import dev.bothways.machine.Firmware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A menu that the Xen host can read. For a paravirtual guest pygrub looks for the kernel in the guest's menu by a simple parser:
 * it knows plain entries, but no entries in files of their own (BLS), no variables in paths, and counts entries of submenus on
 * the top level; and one line that it cannot take apart makes it give up the whole file. Entries with such lines go. Where it
 * would start another kernel than GRUB, or none, an entry of plain words goes first; where no pygrub reads the menu, that entry
 * goes again. GRUB's default stays the same entry: it is named by its id.
 */
final class HostReadableMenu implements Fixup {
    private static final String BEGIN =
            "### BEGIN bothways: the default entry in words that pygrub on a Xen host reads ###\n";
    private static final String END = "### END bothways ###\n";
    private static final Pattern OWN = Pattern.compile(Pattern.quote(BEGIN) + "[\\s\\S]*?" + Pattern.quote(END));
    private static final String TITLE = " (for pygrub)";
    private static final String REASON = "pygrub on the Xen host cannot read the guest's menu as GRUB does";

    @Override
    public String name() {
        return "menu for pygrub";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        boolean direct = draft.target().firmware() instanceof Firmware.DirectKernel;
        if (draft.needs().boot() != Boot.BY_HOST) {
            removeOwn(draft);
        } else if (!direct && draft.guest().hostBoot().isEmpty()) {
            write(draft);
        }
    }

    /** pygrub looks there first, and inside the file system alone. */
    private static String path(Draft draft) throws IOException {
        return draft.exists("/boot/grub2/grub.cfg") && !draft.exists("/boot/grub/grub.cfg")
                ? "/boot/grub2/grub.cfg"
                : "/boot/grub/grub.cfg";
    }

    /** Where a firmware starts GRUB, the entry for pygrub would only be one more. */
    private static void removeOwn(Draft draft) throws IOException {
        String path = path(draft);
        Optional<String> text = draft.text(path);
        if (text.isPresent() && OWN.matcher(text.get()).find()) {
            String reason = "the entry for pygrub is of no use where GRUB reads the menu";
            Optional<BootEntry> chosen = draft.bootLoaderAsPlanned().chosen();
            Map<String, String> without = new BootMenus(draft).namedDefaults(draft.defaults(path), 0);
            without.put(
                    path, OWN.matcher(without.getOrDefault(path, text.get())).replaceAll(""));
            // It stays where it is all that starts the default: the guest's own entry may have gone for pygrub's sake.
            if (startTheSame(draft.bootLoaderWith(without).chosen(), chosen)) {
                for (Map.Entry<String, String> file : without.entrySet()) {
                    new BootMenus(draft).write(file.getKey(), file.getValue(), reason);
                }
            }
        }
    }

    private static void write(Draft draft) throws IOException {
        BootLoader loader = draft.guest().bootLoader();
        if (isFit(draft, loader) && startsWhatGrubDoes(loader, loader.chosen())) {
            return;
        }
        String path = path(draft);
        Optional<String> present = draft.text(path);
        Optional<MenuWriter.Entry> entry = entry(draft, loader);
        if (entry.isEmpty()) {
            draft.block("the guest has no kernel in /boot that pygrub could start: install one in the guest first");
            return;
        }
        if (present.isPresent()) {
            repair(draft, path, loader, entry.get());
        } else {
            MenuWriter writer = new MenuWriter(draft);
            draft.write(
                    path,
                    writer.text(writer.entries(loader.entries(), loader.chosen()).stream()
                            .map(MenuWriter.Entry::withOneInitramfs)
                            .toList()),
                    REASON);
        }
        check(draft, path, entry.get());
    }

    /** The guest's default in plain words; where no host could start it, the next one that it can. */
    private static Optional<MenuWriter.Entry> entry(Draft draft, BootLoader loader) throws IOException {
        List<MenuWriter.Entry> entries = new MenuWriter(draft).entries(loader.entries(), loader.chosen());
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        MenuWriter.Entry first = entries.getFirst();
        Optional<BootEntry> chosen = loader.chosen();
        if (chosen.isPresent() && !chosen.get().kernel().equals(Optional.of(first.kernel()))) {
            draft.warn("the guest starts \"" + chosen.get().title()
                    + "\" by itself, and a Xen host can start no kernel from it: it" + " starts \"" + first.title()
                    + "\" instead");
        }
        if (first.initramfs().size() > 1) {
            draft.warn("pygrub takes one initramfs, and the default entry has " + String.join(", ", first.initramfs())
                    + ": the last one is used");
        }
        return Optional.of(first.withOneInitramfs());
    }

    /** Makes the whole file readable, and puts the entry first where pygrub would still start another kernel. */
    private static void repair(Draft draft, String path, BootLoader loader, MenuWriter.Entry entry) throws IOException {
        GrubDefaults before = draft.defaults(path);
        BootMenus menus = new BootMenus(draft);
        Map<String, String> texts = menus.namedDefaults(before, 0);
        String own = OWN.matcher(texts.getOrDefault(path, draft.text(path).orElseThrow()))
                .replaceAll("");
        PygrubMenuText readable = PygrubMenuText.of(own.getBytes(StandardCharsets.ISO_8859_1));
        if (readable.problem().isPresent()) {
            draft.block("pygrub on the Xen host cannot read " + path + ", "
                    + readable.problem().get() + ": take that out of the menu first");
            return;
        }
        readable.removed()
                .forEach(title -> draft.warn(
                        path + " loses an entry for which pygrub gives up the whole menu: " + shortened(title)));
        texts.put(path, bytes(readable.text()));
        BootLoader now = draft.bootLoaderWith(texts);
        boolean same = startsWhatGrubDoes(now, loader.chosen()) && isKept(now, loader);
        if (!isFit(draft, now) || !same) {
            int added = OWN.matcher(draft.text(path).orElseThrow()).find() ? 0 : 1;
            texts = menus.namedDefaults(before, added);
            String named = before.named(bytes(readable.text()), added);
            String wait = readable.timeout().isEmpty() ? "set timeout=5\n" : "";
            String plain = new MenuWriter(draft).text(entry.titled(entry.title().replace(TITLE, "") + TITLE));
            String whole = BEGIN + wait + plain + END + named;
            texts.put(path, whole);
            // An entry without a name of its own cannot be named: then it is the one put first that GRUB starts.
            String first = "set default=0\n";
            BootLoader counted = draft.bootLoaderWith(texts);
            if (!isKept(counted, loader) && !whole.endsWith(first)) {
                texts.put(path, whole + (whole.endsWith("\n") ? "" : "\n") + first);
                BootLoader fixed = draft.bootLoaderWith(texts);
                if (!isKept(fixed, loader) && startsKernelOf(counted, loader)) {
                    texts.put(path, whole);
                }
            }
        }
        for (Map.Entry<String, String> file : texts.entrySet()) {
            menus.write(file.getKey(), file.getValue(), REASON);
        }
    }

    /** Whether GRUB still starts the same kernel in the same way, where it started one. */
    private static boolean isKept(BootLoader now, BootLoader before) {
        return before.chosen().flatMap(BootEntry::kernel).isEmpty() || startTheSame(now.chosen(), before.chosen());
    }

    private static boolean startsKernelOf(BootLoader now, BootLoader before) {
        return now.chosen().flatMap(BootEntry::kernel).equals(before.chosen().flatMap(BootEntry::kernel));
    }

    /** What is written is read as pygrub and GRUB will read it. */
    private static void check(Draft draft, String path, MenuWriter.Entry wanted) throws IOException {
        if (!draft.blockers().isEmpty()) {
            return;
        }
        BootLoader now = draft.bootLoaderAsPlanned();
        Optional<BootEntry> started = now.pygrub().flatMap(BootLoader.PygrubMenu::chosen);
        if (!started.flatMap(BootEntry::kernel).equals(Optional.of(wanted.kernel()))) {
            draft.block("pygrub on the Xen host would not start " + wanted.kernel() + " by " + path
                    + ", whatever is written there:"
                    + " give the host the kernel and the initramfs (kernel= and ramdisk=)");
        }
        if (!startTheSame(now.chosen(), draft.guest().bootLoader().chosen())) {
            draft.warn("GRUB would start \""
                    + now.chosen().map(BootEntry::title).orElse("nothing") + "\" by " + path
                    + " now: look at its default before"
                    + " this machine leaves Xen");
        }
    }

    private static boolean startsWhatGrubDoes(BootLoader loader, Optional<BootEntry> chosen) {
        Optional<BootEntry> read = loader.pygrub().flatMap(BootLoader.PygrubMenu::chosen);
        return chosen.isEmpty() || startTheSame(read, chosen);
    }

    /** Whether pygrub starts something, and all of it is there. */
    private static boolean isFit(Draft draft, BootLoader loader) throws IOException {
        Optional<BootEntry> entry = loader.pygrub().flatMap(BootLoader.PygrubMenu::chosen);
        if (entry.isEmpty()
                || entry.get().kernel().isEmpty()
                || entry.get().commandLine().contains("$")) {
            return false;
        }
        for (String initramfs : entry.get().initramfs()) {
            if (!draft.guest().files().isRegular(initramfs)) {
                return false;
            }
        }
        return draft.guest().files().isRegular(entry.get().kernel().get());
    }

    private static boolean startTheSame(Optional<BootEntry> one, Optional<BootEntry> other) {
        return one.flatMap(BootEntry::kernel).equals(other.flatMap(BootEntry::kernel))
                && one.map(BootEntry::initramfs).equals(other.map(BootEntry::initramfs))
                && one.map(HostReadableMenu::words).equals(other.map(HostReadableMenu::words));
    }

    /** What the kernel is told: entries of one kernel differ by it (rescue, serial console). */
    private static List<String> words(BootEntry entry) {
        return new CommandLine(entry.commandLine()).words();
    }

    /** Texts of a draft are bytes as Latin-1. */
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String shortened(String title) {
        return title.length() <= 80 ? title : title.substring(0, 80) + "...";
    }
}
