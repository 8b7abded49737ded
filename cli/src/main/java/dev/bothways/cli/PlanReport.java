package dev.bothways.cli;

import dev.bothways.conversion.Inside;
import dev.bothways.conversion.Plan;
import dev.bothways.conversion.PlanItem;
import dev.bothways.conversion.PlannedSizes;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.fixup.BootLoaderInstall;
import dev.bothways.guest.fixup.DiskLayout;
import dev.bothways.guest.fixup.FileChange;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plan as people and programs read it. */
final class PlanReport {
    private static final int LONGEST_VALUE = 80;
    private static final int MOST_LINES = 12;

    private final Plan plan;
    private final PlannedSizes sizes;
    private final List<FileChange> fileChanges;

    PlanReport(Plan plan, PlannedSizes sizes) throws IOException {
        this.plan = plan;
        this.sizes = sizes;
        this.fileChanges = plan.fixups().fileChanges();
    }

    void print(PrintWriter out) {
        out.printf(
                "%s: %s -> %s (%s)%n",
                SafeText.of(plan.machine().name()),
                plan.source().machine().platform().id(),
                plan.target().id(),
                plan.machine().platform().id());
        out.println("  " + SafeText.of(guest()));
        section(out, "Warnings", plan.warnings());
        section(out, "To do on the target", plan.tasks());
        section(out, "Hardware changes", hardware());
        changesInside(out);
        section(
                out,
                "Not preserved",
                plan.items(PlanItem.Fate.LOST).stream()
                        .map(item -> item.item() + " " + item.why())
                        .toList());
        section(
                out,
                "Preserved",
                plan.items(PlanItem.Fate.KEPT).stream()
                        .map(item -> item.item() + ": " + shown(item.from()))
                        .toList());
        if (plan.asIs()) {
            section(
                    out,
                    "What the disks hold",
                    plan.sourceDisks().stream()
                            .flatMap(disk -> DiskReport.lines(disk).stream())
                            .toList());
        }
        section(out, "Disks", disks());
        section(out, "Size and time", size());
    }

    private String guest() {
        String inside = switch (plan.inside()) {
            case Inside.Understood(LinuxGuest guest) -> guest.distribution().name();
            case Inside.NotUnderstood(String why) -> "guest not understood: " + why;
        };
        return plan.asIs() ? inside + "; converted as it is, nothing inside changes" : inside;
    }

    /** A reason that several items in a row have is told once. */
    private List<String> hardware() {
        List<String> lines = new ArrayList<>();
        String why = "";
        for (PlanItem item : plan.items(PlanItem.Fate.MAPPED)) {
            String from = item.from().isEmpty() ? "not given" : shown(item.from());
            lines.add(item.item() + ": " + from + " -> " + shown(item.to())
                    + (item.why().equals(why) ? "" : " (" + item.why() + ")"));
            why = item.why();
        }
        return lines;
    }

    /** A value of a definition may be a page of XML; one line tells which it is, and {@code --json} has all of it. */
    private static String shown(String value) {
        String line = value.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_VALUE
                ? line
                : line.substring(0, LONGEST_VALUE) + "... (" + value.length() + " characters)";
    }

    private List<String> disks() {
        List<String> lines = new ArrayList<>();
        List<DiskLayout.TargetDisk> layout = plan.fixups().layout().disks();
        for (int i = 0; i < layout.size(); i++) {
            PlannedSizes.PlannedDisk disk = sizes.disks().get(i);
            String how = switch (layout.get(i)) {
                case DiskLayout.Kept kept -> kept.identity().isPresent() ? ", new identity" : "";
                case DiskLayout.Wrapped wrapped -> ", new partition table";
            };
            lines.add(disk.device() + ": " + disk.file() + ", " + ByteSize.text(disk.size()) + ", "
                    + ByteSize.text(disk.data()) + " of data" + how);
        }
        return lines;
    }

    private List<String> size() {
        String free = sizes.place()
                .map(place -> "free in " + place + ": "
                        + (sizes.free().isPresent() ? ByteSize.text(sizes.free().getAsLong()) : "not known"))
                .orElse("free there: not known, name the folder with -o");
        return List.of(
                "space needed for the output: at most " + ByteSize.text(sizes.needed()) + "; " + free,
                "expected time: about " + sizes.expectedTime().toSeconds() + " s, if "
                        + ByteSize.text(PlannedSizes.USUAL_RATE)
                        + " of data are read, written and verified in a second");
    }

    private void changesInside(PrintWriter out) {
        Optional<BootLoaderInstall> loader = plan.fixups().bootLoader();
        if (fileChanges.isEmpty() && loader.isEmpty()) {
            out.println("  Changes inside the guest: none");
            return;
        }
        out.println("  Changes inside the guest:");
        List<FileChange.Cause> causes = List.of();
        for (FileChange change : fileChanges) {
            if (!change.causes().equals(causes)) {
                causes = change.causes();
                causes.forEach(
                        cause -> out.println("    " + SafeText.of(cause.fixup()) + ": " + SafeText.of(cause.reason())));
            }
            lines(out, change.path(), change.summary());
        }
        loader.ifPresent(install -> {
            out.println("    " + SafeText.of(install.fixup()) + ": " + SafeText.of(install.reason()));
            lines(out, "/dev/" + sizes.disks().get(install.disk()).device(), List.of(install.summary()));
        });
    }

    private static void lines(PrintWriter out, String path, List<String> lines) {
        out.println("      " + SafeText.of(path));
        lines.stream().limit(MOST_LINES).forEach(line -> out.println("        " + SafeText.of(line)));
        if (lines.size() > MOST_LINES) {
            out.println("        ... and " + (lines.size() - MOST_LINES) + " more lines, see --json");
        }
    }

    private static void section(PrintWriter out, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println("  " + title + ":");
            lines.forEach(line -> out.println("    " + SafeText.of(line)));
        }
    }

    String json() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("machine", plan.machine().name());
        facts.put(
                "guest", plan.inside().linux().map(guest -> guest.distribution().name()));
        facts.put("notUnderstood", plan.inside() instanceof Inside.NotUnderstood(String why) ? why : Optional.empty());
        facts.put("asIs", plan.asIs());
        facts.put("from", plan.source().machine().platform().id());
        facts.put("target", plan.target().id());
        facts.put("platform", plan.machine().platform().id());
        facts.put("warnings", plan.warnings());
        facts.put("tasks", plan.tasks());
        facts.put("items", plan.items().stream().map(PlanReport::json).toList());
        facts.put("changes", fileChanges);
        facts.put(
                "bootLoader",
                plan.fixups()
                        .bootLoader()
                        .map(loader -> Map.of(
                                "disk",
                                sizes.disks().get(loader.disk()).device(),
                                "fixup",
                                loader.fixup(),
                                "reason",
                                loader.reason(),
                                "summary",
                                loader.summary())));
        facts.put(
                "sourceDisks", plan.sourceDisks().stream().map(DiskReport::json).toList());
        facts.put("disks", jsonDisks());
        Map<String, Object> space = new LinkedHashMap<>();
        space.put("needed", sizes.needed());
        space.put("free", sizes.free().isPresent() ? sizes.free().getAsLong() : Optional.empty());
        space.put("place", sizes.place().map(Path::toString));
        facts.put("space", space);
        facts.put("expectedSeconds", sizes.expectedTime().toSeconds());
        return Json.text(facts);
    }

    private static Map<String, Object> json(PlanItem item) {
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("item", item.item());
        each.put("fate", item.fate().id());
        each.put("from", item.from());
        each.put("to", item.to());
        each.put("why", item.why());
        return each;
    }

    private List<Object> jsonDisks() {
        List<Object> disks = new ArrayList<>();
        List<DiskLayout.TargetDisk> layout = plan.fixups().layout().disks();
        for (int i = 0; i < layout.size(); i++) {
            PlannedSizes.PlannedDisk disk = sizes.disks().get(i);
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("device", disk.device());
            each.put("file", disk.file());
            each.put("size", disk.size());
            each.put("data", disk.data());
            each.put(
                    "newPartitionTable",
                    layout.get(i) instanceof DiskLayout.Wrapped wrapped ? wrapped.reason() : Optional.empty());
            disks.add(each);
        }
        return disks;
    }
}
