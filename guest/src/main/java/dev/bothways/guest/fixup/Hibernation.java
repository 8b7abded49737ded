package dev.bothways.guest.fixup;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.Fstab;
import dev.bothways.guest.Volume;
import dev.bothways.guest.VolumeNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hibernated guest is not off: its memory lies in its swap, and a kernel that wakes up from it on other hardware, with file
 * systems that have changed since, destroys them. While an image is there, the swap area's signature (the last ten bytes of its
 * first page) is another one, and the ten bytes before hold the old one.
 */
final class Hibernation implements Fixup {
    private static final int SIGNATURE = 10;
    private static final int[] PAGES = {4096, 8192, 16384, 32768, 65536};
    private static final List<String> IMAGES =
            List.of("S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001", "\u00ed\u00c3\u0002\u00e9\u0098V\u00e5\u000c");
    private static final List<String> SWAP = List.of("SWAPSPACE2", "SWAP-SPACE");
    private static final List<String> USUAL_FILES =
            List.of("/swapfile", "/swap.img", "/swap/swapfile", "/.swapfile", "/var/swap", "/swap");
    private static final List<String> SUSPEND_SETTINGS = List.of("/etc/uswsusp.conf", "/etc/suspend.conf");
    private static final Pattern OFFSET = Pattern.compile("(?:^|\\s)resume[_ ]offset\\s*=\\s*([0-9]{1,12})(?=\\s|$)");

    /**
     * A system's memory in swap.
     *
     * @param place for people
     * @param signature where the signature is, where that can be written
     */
    private record Image(String place, Optional<Signature> signature) {}

    private record Signature(Volume volume, long offset, String before) {}

    @Override
    public String name() {
        return "hibernation";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        for (Image image : images(draft)) {
            if (!draft.readings().discardsHibernation()) {
                draft.block("the guest is hibernated: " + image.place()
                        + " holds its memory; start it where it is and shut it down, or convert it without what it had open"
                        + " (--discard-hibernation)");
            } else if (image.signature().isPresent()) {
                Signature signature = image.signature().get();
                draft.writeBytes(
                        signature.volume(),
                        signature.offset(),
                        FileContent.of(signature.before()),
                        image.place() + ": the hibernated system is thrown away, it is swap again",
                        "a guest that woke up on other hardware would destroy its file systems");
            } else {
                draft.warn(image.place()
                        + " holds a hibernated system; nothing says where it lies on its disk (resume_offset=), so"
                        + " no kernel wakes up from it, and the guest makes it swap again when it uses it");
            }
        }
    }

    private static List<Image> images(Draft draft) throws IOException {
        List<Image> images = new ArrayList<>();
        for (Volume volume : draft.guest().volumes()) {
            for (int page : PAGES) {
                at(volume, page)
                        .ifPresent(found -> images.add(new Image("/dev/" + volume.device(), Optional.of(found))));
            }
        }
        Set<Long> offsets = offsets(draft);
        boolean placed = false;
        for (Volume volume : draft.guest().volumes()) {
            for (long offset : offsets) {
                for (int page : PAGES) {
                    Optional<Signature> found = offset == 0 ? Optional.empty() : at(volume, (offset + 1) * page);
                    if (found.isPresent()) {
                        images.add(new Image("a swap file on /dev/" + volume.device(), found));
                        placed = true;
                    }
                }
            }
        }
        if (!placed) {
            for (String file : files(draft)) {
                if (isImage(draft, file)) {
                    images.add(new Image(file, Optional.empty()));
                }
            }
        }
        return images;
    }

    /** The signature of an image in the page of a volume that ends there. */
    private static Optional<Signature> at(Volume volume, long end) throws IOException {
        if (end > volume.bytes().size()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(2 * SIGNATURE);
        volume.bytes().read(end - bytes.capacity(), bytes);
        String text = new String(bytes.array(), StandardCharsets.ISO_8859_1);
        String old = text.substring(0, SIGNATURE);
        return isImage(text.substring(SIGNATURE))
                ? Optional.of(new Signature(volume, end - SIGNATURE, SWAP.contains(old) ? old : SWAP.getFirst()))
                : Optional.empty();
    }

    private static boolean isImage(String signature) {
        return IMAGES.stream().anyMatch(signature::startsWith);
    }

    private static boolean isImage(Draft draft, String file) throws IOException {
        if (!draft.guest().files().isRegular(file)) {
            return false;
        }
        for (int page : PAGES) {
            ByteBuffer bytes = ByteBuffer.allocate(SIGNATURE);
            draft.guest().files().read(file, page - SIGNATURE, bytes);
            if (isImage(new String(bytes.array(), StandardCharsets.ISO_8859_1))) {
                return true;
            }
        }
        return false;
    }

    /** Where swap files begin on their volumes, in pages, as anything in the guest says. */
    private static Set<Long> offsets(Draft draft) throws IOException {
        List<String> texts = new ArrayList<>(List.of(draft.guest().commandLine()));
        for (String path : new BootMenus(draft).all()) {
            texts.add(draft.text(path).orElseThrow());
        }
        for (String path : SUSPEND_SETTINGS) {
            texts.add(draft.text(path).orElse(""));
        }
        draft.guest().bootLoader().entries().stream()
                .map(BootEntry::commandLine)
                .forEach(texts::add);
        Set<Long> offsets = new LinkedHashSet<>();
        for (String text : texts) {
            Matcher matcher = OFFSET.matcher(text.replaceAll("[\"']", " "));
            while (matcher.find()) {
                offsets.add(Long.parseLong(matcher.group(1)));
            }
        }
        return offsets;
    }

    private static Set<String> files(Draft draft) {
        Set<String> files = new LinkedHashSet<>(USUAL_FILES);
        draft.guest().fstab().entries().stream()
                .filter(Fstab.Entry::isSwap)
                .map(Fstab.Entry::source)
                .filter(source ->
                        source.startsWith("/") && !source.startsWith("/dev/") && !VolumeNames.isDevice(source))
                .forEach(files::add);
        return files;
    }
}
