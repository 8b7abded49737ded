package dev.bothways.conversion.readers;

import static dev.bothways.conversion.readers.TargetReader.require;

import dev.bothways.machine.GuestOs;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** VMware's reader of {@code .vmx}, by {@code docs/formats/vmx.md}: what the plan must not get wrong, the rest on trust. */
final class VmxReader implements TargetReader {
    private static final Pattern LINE = Pattern.compile("([^\\s=]+) = \"(.*)\"");
    private static final Pattern DRIVE = Pattern.compile("(scsi|sata|ide|nvme)([0-9]+):([0-9]+)\\.present");
    private static final Pattern BYTE = Pattern.compile("\\|([0-9A-Fa-f]{2})");

    @Override
    public Map<String, String> read(String definition) {
        Map<String, String> keys = new HashMap<>();
        for (String line : definition.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            require(matcher.matches() || line.isBlank() || line.startsWith("#"), "no key: " + line);
            if (matcher.matches()) {
                String key = matcher.group(1).toLowerCase(Locale.ROOT);
                require(keys.put(key, matcher.group(2)) == null, key + " twice");
            }
        }
        Map<String, String> facts = new HashMap<>();
        facts.put("platform", "vmware");
        facts.put("name", unescaped(keys.getOrDefault("displayname", "")));
        long memory = number(keys, "memsize", 256);
        boolean efi = keys.getOrDefault("firmware", "bios").equals("efi");
        require(memory % 4 == 0 && memory >= (efi ? 96 : 4), "memsize " + memory);
        facts.put("memory", memory + " MiB");
        long count = number(keys, "numvcpus", 1);
        facts.put("processors", String.valueOf(count));
        if (keys.containsKey("cpuid.corespersocket")) {
            long cores = number(keys, "cpuid.corespersocket", 1);
            require(count % cores == 0, cores + " cores of " + count);
            facts.put("processor topology", count / cores + " sockets, " + cores + " cores, 1 threads");
        }
        facts.put("firmware", efi ? "UEFI" : "BIOS");
        if (keys.getOrDefault("uefi.secureboot.enabled", "").equals("TRUE")) {
            facts.put("secure boot", "yes");
        }
        GuestOs.ofVmware(keys.getOrDefault("guestos", ""))
                .text()
                .ifPresent(text -> facts.put("guest operating system", text));
        cards(keys, facts);
        drives(keys, facts);
        return facts;
    }

    private static void cards(Map<String, String> keys, Map<String, String> facts) {
        int number = 0;
        for (int i = 0; i < 10; i++) {
            String card = "ethernet" + i;
            if (!keys.getOrDefault(card + ".present", "").equalsIgnoreCase("TRUE")) {
                continue;
            }
            number++;
            String address = keys.getOrDefault(card + ".address", "");
            if (!address.isEmpty() && !address.equals("00:00:00:00:00:00")) {
                String small = address.toLowerCase(Locale.ROOT);
                require((Integer.parseInt(small.substring(0, 2), 16) & 1) == 0, "address " + address);
                boolean own = small.matches("00:50:56:[0-3].*|00:0c:29.*");
                boolean unchecked =
                        keys.getOrDefault(card + ".checkmacaddress", "").equalsIgnoreCase("FALSE");
                boolean given =
                        !keys.getOrDefault(card + ".addresstype", "static").equals("static");
                require(own || unchecked || given, "address " + address + " is checked");
                facts.put("address of network card " + number, small);
            }
        }
        require(
                !keys.keySet().stream().anyMatch(key -> key.matches("ethernet[0-9]{2,}\\.present")),
                "an eleventh card");
    }

    private static void drives(Map<String, String> keys, Map<String, String> facts) {
        TreeMap<String, String> disks = new TreeMap<>(FileOrder.BY_NUMBER);
        keys.forEach((key, value) -> {
            Matcher matcher = DRIVE.matcher(key);
            if (!matcher.matches() || !value.equalsIgnoreCase("TRUE")) {
                return;
            }
            String drive = key.substring(0, key.indexOf('.'));
            String bus = matcher.group(1);
            int unit = Integer.parseInt(matcher.group(3));
            require(!bus.equals("scsi") || unit != 7, "unit 7 of SCSI");
            String controller = bus + matcher.group(2);
            require(
                    bus.equals("ide")
                            || keys.getOrDefault(controller + ".present", "").equalsIgnoreCase("TRUE"),
                    "no " + controller);
            String type = keys.getOrDefault(drive + ".devicetype", "disk");
            if (type.contains("disk") || type.equals("rawDisk")) {
                disks.put(
                        unescaped(keys.getOrDefault(drive + ".filename", "")),
                        bus + " " + matcher.group(2) + ":" + unit);
            }
        });
        int number = 0;
        for (String place : disks.values()) {
            facts.put("disk " + ++number, place);
        }
    }

    private static long number(Map<String, String> keys, String key, long usual) {
        return keys.containsKey(key) ? Long.parseLong(keys.get(key)) : usual;
    }

    private static String unescaped(String text) {
        if (text.indexOf('|') < 0) {
            return text;
        }
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        Matcher matcher = BYTE.matcher(text);
        int at = 0;
        while (matcher.find(at)) {
            out.writeBytes(text.substring(at, matcher.start()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            out.write(Integer.parseInt(matcher.group(1), 16));
            at = matcher.end();
        }
        out.writeBytes(text.substring(at).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return out.toString(java.nio.charset.StandardCharsets.UTF_8);
    }
}
