package dev.bothways.cli;

import dev.bothways.conversion.Plan;
import dev.bothways.conversion.PlanItem;
import dev.bothways.guest.fixup.DiskLayout;
import dev.bothways.guest.fixup.Edit;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as people and programs read it. */
final class PlanReport {
    private static final int LONGEST_VALUE = 80;
    private static final int MOST_LINES = 12;

    private final Plan plan;

    PlanReport(Plan plan) {
        this.plan = plan;
    }

    void print(PrintWriter out) {
        out.printf(
                "%s: %s -> %s (%s)%n",
                SafeText.of(plan.machine().name()),
                plan.source().machine().platform().id(),
                plan.target().id(),
                plan.machine().platform().id());
        out.println("  " + SafeText.of(plan.guest().distribution().name()));
        section(
                out,
                "changes of the machine",
                plan.items(PlanItem.Fate.MAPPED).stream()
                        .map(item -> item.item() + ": " + (item.from().isEmpty() ? "not said" : shown(item.from()))
                                + " -> " + shown(item.to()) + " (" + item.why() + ")")
                        .toList());
        section(
                out,
                "kept",
                plan.items(PlanItem.Fate.KEPT).stream()
                        .map(item -> item.item() + ": " + shown(item.from()))
                        .toList());
        section(out, "disks", disks());
        fixups(out);
        section(
                out,
                "left behind",
                plan.items(PlanItem.Fate.LOST).stream()
                        .map(item -> item.item() + " " + item.why())
                        .toList());
        section(out, "to look at", plan.warnings());
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
        List<DiskLayout.TargetDisk> disks = plan.fixups().layout().disks();
        for (int i = 0; i < disks.size(); i++) {
            String how = switch (disks.get(i)) {
                case DiskLayout.Kept kept -> "";
                case DiskLayout.Wrapped wrapped -> " (new partition table: " + wrapped.reason() + ")";
            };
            lines.add(disks.get(i).device() + ": " + plan.diskFiles().get(i) + how);
        }
        return lines;
    }

    private void fixups(PrintWriter out) {
        if (plan.fixups().edits().isEmpty()) {
            out.println("  nothing changes inside the guest");
            return;
        }
        out.println("  changes inside the guest:");
        String reason = "";
        for (Edit edit : plan.fixups().edits()) {
            if (!edit.reason().equals(reason)) {
                reason = edit.reason();
                out.println("    " + SafeText.of(edit.fixup()) + ": " + SafeText.of(reason));
            }
            out.println("      " + SafeText.of(edit.path()));
            List<String> lines = edit.summary();
            lines.stream().limit(MOST_LINES).forEach(line -> out.println("        " + SafeText.of(line)));
            if (lines.size() > MOST_LINES) {
                out.println("        ... and " + (lines.size() - MOST_LINES) + " lines more, in the manifest");
            }
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
        facts.put("guest", plan.guest().distribution().name());
        facts.put("from", plan.source().machine().platform().id());
        facts.put("target", plan.target().id());
        facts.put("platform", plan.machine().platform().id());
        facts.put("disks", disks());
        List<Object> items = new ArrayList<>();
        for (PlanItem item : plan.items()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("item", item.item());
            each.put("fate", item.fate().id());
            each.put("from", item.from());
            each.put("to", item.to());
            each.put("why", item.why());
            items.add(each);
        }
        facts.put("items", items);
        List<Object> fixups = new ArrayList<>();
        for (Edit edit : plan.fixups().edits()) {
            Map<String, Object> fixup = new LinkedHashMap<>();
            fixup.put("fixup", edit.fixup());
            fixup.put("path", edit.path());
            fixup.put("reason", edit.reason());
            fixup.put("summary", edit.summary());
            fixups.add(fixup);
        }
        facts.put("fixups", fixups);
        facts.put("warnings", plan.warnings());
        return Json.text(facts);
    }
}
