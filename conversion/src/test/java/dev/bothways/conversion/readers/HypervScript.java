package dev.bothways.conversion.readers;

import static dev.bothways.conversion.readers.TargetReader.require;

import dev.bothways.machine.Platform;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Hyper-V's PowerShell commands take of {@code import.ps1}, by {@code docs/formats/hyperv.md}. */
final class HypervScript implements TargetReader {
    private static final long MIB = 1L << 20;
    private static final Pattern MEMORY = Pattern.compile("\\[long\\] \\$MemoryStartupBytes = ([0-9]+)");
    private static final Pattern ITEM = Pattern.compile("(?m)^    (\\w+) = (.*)$");
    private static final Pattern DISK =
            Pattern.compile("Bus = '(\\w+)'; Controller = ([0-9]+); Location = ([0-9]+); Boot");
    private static final Pattern CARD =
            Pattern.compile("@\\{ Mac = '([0-9A-F]*)'; Legacy = (\\S+); Vlan = ([0-9]+); Network = '(.*)' \\}");

    private final Platform platform;

    HypervScript(Platform platform) {
        this.platform = platform;
    }

    @Override
    public boolean takesExtra(String item) {
        return item.startsWith("SecureBootTemplate") || item.contains("Template");
    }

    @Override
    public Map<String, String> read(String script) {
        Map<String, String> items = new HashMap<>();
        String machine = script.substring(script.indexOf("$Machine = @{"), script.indexOf("$Disks = @("));
        Matcher item = ITEM.matcher(machine);
        while (item.find()) {
            items.put(item.group(1), item.group(2));
        }
        Map<String, String> facts = new HashMap<>();
        facts.put("platform", platform.id());
        Matcher memory = MEMORY.matcher(script);
        require(memory.find(), "no memory");
        long bytes = Long.parseLong(memory.group(1));
        require(bytes % (2 * MIB) == 0 && bytes >= 32 * MIB, "memory of " + bytes);
        facts.put("memory", bytes / MIB + " MiB");
        if (items.getOrDefault("DynamicMemory", "").equals("$true")) {
            facts.put(
                    "dynamic memory", steps(items, "MemoryMinimumBytes") + " to " + steps(items, "MemoryMaximumBytes"));
        }
        facts.put("processors", items.getOrDefault("ProcessorCount", ""));
        facts.put("firmware", platform == Platform.HYPERV_GEN1 ? "BIOS" : "UEFI");
        if (items.getOrDefault("SecureBoot", "").equals("$true")) {
            facts.put("secure boot", "yes");
        }
        if (items.getOrDefault("SecurityChip", "").equals("$true")) {
            facts.put("security chip", "tpm-2.0");
        }
        items.computeIfPresent("Uuid", (key, value) -> facts.put("UUID", value.replace("'", "")));
        int number = 0;
        Matcher card = CARD.matcher(script);
        while (card.find()) {
            number++;
            facts.put("network card " + number, card.group(2).equals("$true") ? "tulip" : "synthetic");
            facts.put(
                    "address of network card " + number,
                    card.group(1).toLowerCase(java.util.Locale.ROOT).replaceAll("(..)(?!$)", "$1:"));
            if (!card.group(3).equals("0")) {
                facts.put("VLAN of network card " + number, card.group(3));
            }
        }
        int disks = 0;
        String block = script.substring(script.indexOf("$Disks = @("), script.indexOf("$DvdDrives = @("));
        Matcher disk = DISK.matcher(block);
        while (disk.find()) {
            facts.put(
                    "disk " + ++disks,
                    disk.group(1).toLowerCase(java.util.Locale.ROOT) + " " + disk.group(2) + ":" + disk.group(3));
        }
        return facts;
    }

    private static String steps(Map<String, String> items, String key) {
        long bytes = Long.parseLong(items.getOrDefault(key, "0"));
        require(bytes % (2 * MIB) == 0 && bytes >= 32 * MIB, key + " of " + bytes);
        return bytes / MIB + " MiB";
    }
}
