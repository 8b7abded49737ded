package dev.bothways.guest.fixup;

import dev.bothways.guest.Crypttab;
import dev.bothways.guest.Fstab;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Volumes are named by what is in them. A disk that is {@code /dev/xvda} under Xen is {@code /dev/sda} on Hyper-V and {@code
 * /dev/vda} on KVM, and a table that names it by order or bus would not be mounted there.
 */
final class DiskNames implements Fixup {
    private static final Set<String> FILES_OF_TABLES =
            Set.of("proc", "sysfs", "devpts", "tmpfs", "nfs", "nfs4", "cifs", "none");
    private static final String RESUME_CONFIGURATION = "/etc/initramfs-tools/conf.d/resume";
    private static final Pattern RESUME_LINE =
            Pattern.compile("^([ \\t]*RESUME=)(\"?)([^\\s\"#]*)(\"?)", Pattern.MULTILINE);
    private static final Pattern SETS_ROOT = Pattern.compile("^(root|resume)=(.+)$");
    private static final Pattern ARCH_CRYPT = Pattern.compile("^(cryptdevice=)([^:]+)(:.*)$");
    private static final Pattern CRYPT_OPTIONS = Pattern.compile("^(cryptopts=.*\\bsource=)([^,]+)(.*)$");

    @Override
    public String name() {
        return "disk names";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        StableNames names = new StableNames(draft);
        fstab(draft, names);
        crypttab(draft, names);
        resume(draft, names);
        commandLines(draft, names);
    }

    private static void fstab(Draft draft, StableNames names) throws IOException {
        Optional<String> text = draft.text("/etc/fstab");
        if (text.isEmpty()) {
            return;
        }
        Fstab table = Fstab.parse(text.get());
        for (Fstab.Entry entry : table.entries()) {
            Optional<Volume> volume = names.unstable(entry.source());
            if (volume.isPresent()) {
                table = table.withSource(entry, names.of(volume.get()));
            } else if (mustBeThere(entry)) {
                warnOfUnknown(draft, entry.source(), "/etc/fstab mounts it on " + entry.mountPoint());
            }
        }
        draft.write("/etc/fstab", table.text(), reason(draft));
    }

    private static boolean mustBeThere(Fstab.Entry entry) {
        return !FILES_OF_TABLES.contains(entry.type())
                && !entry.has("noauto")
                && !entry.has("nofail")
                && !entry.has("bind");
    }

    private static void crypttab(Draft draft, StableNames names) throws IOException {
        Optional<String> text = draft.text("/etc/crypttab");
        if (text.isEmpty()) {
            return;
        }
        Crypttab table = Crypttab.parse(text.get());
        for (Crypttab.Entry entry : table.entries()) {
            Optional<Volume> volume = names.unstable(entry.source());
            if (volume.isPresent()) {
                table = table.withSource(entry, names.of(volume.get()));
            } else {
                warnOfUnknown(draft, entry.source(), "/etc/crypttab opens it as " + entry.name());
            }
        }
        draft.write("/etc/crypttab", table.text(), reason(draft));
    }

    private static void warnOfUnknown(Draft draft, String source, String use) {
        boolean device = DeviceName.parse(source).isPresent() && source.startsWith("/dev/");
        if ((device && !source.startsWith("/dev/xvd")) || StableNames.isByHardware(source)) {
            draft.warn(source + " is on none of the machine's disks as far as can be told, and " + use
                    + ": look at that line once the machine runs");
        }
    }

    /** The device that the guest's next initramfs would wait for to wake up from. */
    private static void resume(Draft draft, StableNames names) throws IOException {
        Optional<String> text = draft.text(RESUME_CONFIGURATION);
        if (text.isPresent()) {
            draft.write(RESUME_CONFIGURATION, withStableResume(text.get(), names), reason(draft));
        }
    }

    /** The text of a file that sets {@code RESUME=}, with a name that holds. */
    static String withStableResume(String text, StableNames names) {
        return RESUME_LINE.matcher(text).replaceAll(line -> {
            Optional<Volume> volume = names.unstable(line.group(3));
            String value = volume.map(names::of).orElse(line.group(3));
            return Matcher.quoteReplacement(line.group(1) + line.group(2) + value + line.group(4));
        });
    }

    private static void commandLines(Draft draft, StableNames names) throws IOException {
        boolean initramfs = draft.guest().kernels().stream()
                .filter(kernel -> kernel.image().isPresent())
                .allMatch(kernel -> kernel.initramfsPath().isPresent());
        new BootMenus(draft).edit((line, complete) -> line.map(word -> stable(word, names, initramfs)), reason(draft));
    }

    private static String stable(String word, StableNames names, boolean initramfs) {
        Matcher root = SETS_ROOT.matcher(word);
        if (root.matches()) {
            Optional<Volume> volume = names.unstable(root.group(2));
            return volume.map(found -> root.group(1) + "=" + (initramfs ? names.of(found) : names.ofPartition(found)))
                    .orElse(word);
        }
        for (Pattern pattern : new Pattern[] {ARCH_CRYPT, CRYPT_OPTIONS}) {
            Matcher crypt = pattern.matcher(word);
            if (crypt.matches()) {
                return names.unstable(crypt.group(2))
                        .map(found -> crypt.group(1) + names.of(found) + crypt.group(3))
                        .orElse(word);
            }
        }
        return word;
    }

    private static String reason(Draft draft) {
        return "the names of disks differ on " + draft.target().platform().id()
                + ", and what is mounted by such a name would not be found";
    }
}
