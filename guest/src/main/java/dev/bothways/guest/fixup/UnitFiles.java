package dev.bothways.guest.fixup;

import dev.bothways.guest.fixup.VolumeReferences.Form;
import dev.bothways.guest.fixup.VolumeReferences.Spot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * systemd's units that name volumes: {@code What=} of mounts and swaps, and dependencies on the units of devices. A unit of swap is
 * called after its device, so it gets another name with its device; one that came with a package is replaced by one in
 * {@code /etc}, which wins.
 */
final class UnitFiles {
    private static final String OWN = "/etc/systemd/system";
    /** Where units are, the winning place first. */
    private static final List<String> PLACES =
            List.of(OWN, "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system");

    private static final Pattern KIND =
            Pattern.compile(".+\\.(?:mount|swap|automount|service|target|path|timer|device)");
    private static final int MOST = 2_000;

    private static final Pattern WHAT = Pattern.compile(
            "^([ \\t]*What[ \\t]*=(?:[ \\t]|\\\\\\r?\\n)*)([^\\r\\n]*?)([ \\t]*\\r?)$", Pattern.MULTILINE);
    private static final Pattern DEPENDENCY = Pattern.compile(
            "^[ \\t]*(?:Requires|Requisite|Wants|BindsTo|PartOf|Before|After|Conflicts|RequiresMountsFor|WantsMountsFor|Upholds)[ \\t]*="
                    + "[^\\r\\n]*+(?:(?<=\\\\)\\r?\\n[^\\r\\n]*+){0,50}",
            Pattern.MULTILINE);
    private static final Pattern UNIT = Pattern.compile("(?<![A-Za-z0-9@_.-])(?:systemd-[a-z]+@)?dev-[^\\s=]{1,255}");

    private final Draft draft;
    private final VolumeReferences references;
    private final String reason;

    UnitFiles(Draft draft, VolumeReferences references, String reason) {
        this.draft = draft;
        this.references = references;
        this.reason = reason;
    }

    void edit() throws IOException {
        Set<String> seen = new LinkedHashSet<>();
        for (String place : PLACES) {
            for (String name : draft.list(place)) {
                String path = place + "/" + name;
                if (seen.size() < MOST && KIND.matcher(name).matches() && seen.add(name)) {
                    unit(path, name);
                } else if (name.endsWith(".d")) {
                    dropIns(path, name, seen);
                }
            }
        }
    }

    private void unit(String path, String name) throws IOException {
        // A link leads to another unit, or to nothing where the unit is masked.
        Optional<String> text = draft.guest().files().readLink(path).isPresent() ? Optional.empty() : draft.text(path);
        if (text.isEmpty()) {
            return;
        }
        String edited = edited(path, text.get());
        String renamed = renamed(path, name, text.get(), edited);
        boolean own = path.startsWith(OWN + "/");
        if (!renamed.equals(name)) {
            draft.write(OWN + "/" + renamed, edited, reason);
            if (own) {
                draft.remove(path, reason);
            }
            links(name, renamed);
        } else if (!edited.equals(text.get())) {
            draft.write(own ? path : OWN + "/" + name, edited, reason);
        }
    }

    private void dropIns(String folder, String name, Set<String> seen) throws IOException {
        for (String file : draft.list(folder)) {
            String path = folder + "/" + file;
            Optional<String> text = file.endsWith(".conf") ? draft.text(path) : Optional.empty();
            if (text.isPresent() && seen.size() < MOST && seen.add(name + "/" + file)) {
                String edited = edited(path, text.get());
                String now = references.replacedUnit(name, Spot.of(path, 1, Form.PATH));
                boolean own = path.startsWith(OWN + "/");
                if (!now.equals(name) || !edited.equals(text.get())) {
                    draft.write(own && now.equals(name) ? path : OWN + "/" + now + "/" + file, edited, reason);
                    if (own && !now.equals(name)) {
                        draft.remove(path, reason);
                    }
                }
            }
        }
    }

    private String edited(String path, String text) {
        String what = WHAT.matcher(text).replaceAll(line -> {
            Spot spot = Spot.of(path, line(text, line.start(2)), Form.PATH).needed("mounts it or swaps to it");
            return Matcher.quoteReplacement(line.group(1) + references.replaced(line.group(2), spot) + line.group(3));
        });
        return DEPENDENCY.matcher(what).replaceAll(line -> {
            Spot spot = Spot.of(path, line(what, line.start()), Form.PATH);
            String units = UNIT.matcher(line.group())
                    .replaceAll(unit -> Matcher.quoteReplacement(references.replacedUnit(unit.group(), spot)));
            return Matcher.quoteReplacement(references.replacedIn(units, spot));
        });
    }

    private static int line(String text, int at) {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    /** A swap's unit is called after what it swaps to, as systemd demands; others about a device by their name alone. */
    private String renamed(String path, String name, String before, String after) {
        if (!name.endsWith(".swap")) {
            return references.replacedUnit(name, Spot.of(path, 1, Form.PATH));
        }
        Matcher old = WHAT.matcher(before);
        Matcher what = WHAT.matcher(after);
        boolean moved = old.find() && what.find() && !old.group(2).equals(what.group(2));
        return moved && what.group(2).startsWith("/") ? UnitNames.escaped(what.group(2)) + ".swap" : name;
    }

    /** Links that have the unit started. */
    private void links(String name, String renamed) throws IOException {
        List<String> folders = new ArrayList<>();
        for (String folder : draft.list(OWN)) {
            if (folder.endsWith(".wants") || folder.endsWith(".requires")) {
                folders.add(OWN + "/" + folder);
            }
        }
        for (String folder : folders) {
            if (draft.list(folder).contains(name)) {
                draft.remove(folder + "/" + name, reason);
                draft.link(folder + "/" + renamed, OWN + "/" + renamed, reason);
            }
        }
    }
}
