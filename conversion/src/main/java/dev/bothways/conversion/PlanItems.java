package dev.bothways.conversion;

import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what becomes of each item of a definition, by comparing the source's with what the target's definition carries. A
 * reason for a loss comes from whoever knows it; an item that is not carried is lost even if nobody said so.
 */
final class PlanItems {
    private final Platform platform;
    private final String target;
    private final List<String> before;
    private final List<String> after;
    private final Map<String, String> reasons;
    private final List<PlanItem> items = new ArrayList<>();

    /**
     * For one conversion.
     *
     * @param planned the machine as it will be
     * @param target the target's name
     * @param hardDisks the source's hard disks, in the order of the planned machine's
     * @param reasons why items are other than before, by their names
     */
    PlanItems(Machine planned, String target, List<Disk> hardDisks, Map<String, String> reasons) {
        this.reasons = Map.copyOf(reasons);
        this.platform = planned.platform();
        this.target = target;
        this.before = hardDisks.stream().map(disk -> disk.slot().deviceName()).toList();
        this.after = planned.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .map(disk -> disk.slot().deviceName())
                .toList();
    }

    /**
     * The items, in the source's order, then what only the target has. To be called once.
     *
     * @param source its hard disks in the order of the planned machine's
     * @param carried the machine as the target's definition gives it
     * @param lost reasons of losses, which begin with the name of the item, or name something that is no item
     */
    List<PlanItem> compare(Machine source, Machine carried, List<Lost> lost) {
        Map<String, String> from = MachineItems.of(source, before);
        Map<String, String> to = MachineItems.of(carried, before);
        Map<String, Lost> losses = losses(from.keySet(), lost);
        from.forEach((item, value) ->
                items.add(item(item, value, Optional.ofNullable(to.get(item)), Optional.ofNullable(losses.get(item)))));
        to.forEach((item, value) -> {
            if (!from.containsKey(item)) {
                items.add(PlanItem.mapped(item, "", value, why(item)));
            }
        });
        boolean filled = reasons.containsKey(TargetMachine.SYSTEM) && !from.containsKey(TargetMachine.SYSTEM);
        for (Lost other : lost) {
            // What the source did not say is no loss where the target has no word for it.
            boolean added = filled && other.item().startsWith(TargetMachine.SYSTEM);
            if (!losses.containsValue(other) && !added) {
                items.add(PlanItem.lost(other.item(), "", other.why()));
            }
        }
        return items;
    }

    /** The losses by the item they name, the longest name that fits: "processors to be plugged in later" is not "processors". */
    private Map<String, Lost> losses(Set<String> names, List<Lost> lost) {
        Map<String, Lost> losses = new HashMap<>();
        for (Lost each : lost) {
            names.stream()
                    .filter(item -> names(each.item(), item))
                    .max(Comparator.comparingInt(String::length))
                    .ifPresent(item -> losses.putIfAbsent(item, each));
        }
        return losses;
    }

    private PlanItem item(String item, String from, Optional<String> to, Optional<Lost> reason) {
        boolean kept = to.filter(from::equals).isPresent();
        if (reason.isPresent()) {
            // Where the value that people read is kept, only a part of it is lost, and the reason's own words tell
            // which.
            return PlanItem.lost(
                    kept ? reason.get().item() : item, from, reason.get().why());
        }
        if (kept) {
            return PlanItem.kept(item, from);
        }
        return to.isPresent()
                ? PlanItem.mapped(item, from, to.get(), why(item))
                : PlanItem.lost(
                        item, from, reasons.getOrDefault(item, "has no counterpart in the definitions of " + target));
    }

    /** Whether a loss names this item; who writes a definition knows the disks by their names on the target. */
    private boolean names(String loss, String item) {
        if (loss.equals(item) || loss.startsWith(item + " ")) {
            return true;
        }
        for (int i = 0; i < before.size(); i++) {
            String disk = " of disk " + before.get(i);
            if (item.endsWith(disk)) {
                String what = item.substring(0, item.length() - disk.length());
                return loss.equals(what + " of drive " + after.get(i))
                        || loss.equals(what + " of disk " + after.get(i));
            }
        }
        return false;
    }

    /** The reason why an item is another than before. */
    private String why(String item) {
        if (reasons.containsKey(item)) {
            return reasons.getOrDefault(item, "");
        }
        String kind = item.replaceAll(" of .*", "");
        if (item.startsWith("disk ") || item.startsWith("CD drive")) {
            return "drives are there on " + platform.id();
        }
        if (item.startsWith("network card")) {
            return "the card that guests drive best on " + platform.id();
        }
        return switch (kind) {
            case "platform" -> "the virtual hardware of " + target;
            case "firmware", "secure boot" -> "what starts a guest on " + platform.id();
            case "address" -> "an address that stays, so that the guest knows its card again";
            case "controller" -> "the usual controller of " + platform.id();
            default -> item.startsWith("console") ? "the text console of " + platform.id() : "the way of " + target;
        };
    }
}
