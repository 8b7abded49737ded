package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration.PersistentName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** udev rules that name an interface by its MAC address: {@code 70-persistent-net.rules} and its like. */
final class UdevNames {
    private static final String DIRECTORY = "/etc/udev/rules.d";
    private static final Pattern ADDRESS =
            Pattern.compile("(?:ATTR|ATTRS|SYSFS)\\{address\\}\\s*==\\s*\"([^\"]{17})\"");
    private static final Pattern NAME = Pattern.compile("(?:^|[,\\s])NAME\\s*:?=\\s*\"([^\"]{1,64})\"");

    private UdevNames() {}

    static List<PersistentName> read(GuestFiles files) throws IOException {
        List<PersistentName> names = new ArrayList<>();
        for (String file : files.list(DIRECTORY)) {
            String path = DIRECTORY + "/" + file;
            Optional<String> text = file.endsWith(".rules") ? files.text(path, Network.LARGEST_FILE) : Optional.empty();
            List<String> lines = text.map(content -> content.lines().toList()).orElse(List.of());
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                Matcher address = ADDRESS.matcher(line);
                Matcher name = NAME.matcher(line);
                if (!line.startsWith("#") && line.contains("net") && address.find() && name.find()) {
                    int number = i;
                    Draft.macAddress(address.group(1))
                            .ifPresent(mac -> names.add(new PersistentName(path, number, mac, name.group(1))));
                }
            }
        }
        return names;
    }
}
