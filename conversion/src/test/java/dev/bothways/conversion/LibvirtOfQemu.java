package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * libvirt's driver for QEMU, within virsh itself and without a daemon: it knows what QEMU can, which devices can stand together,
 * and where there is room for them.
 */
public final class LibvirtOfQemu {
    private static final Pattern MARK = Pattern.compile("### ([0-9]+)");
    private static final String REFUSED = "error: ";

    private final Oracle unshare;
    private final Path folder;

    /** @param folder an empty one */
    public LibvirtOfQemu(Path folder) {
        Oracle.require("libvirtd"); // Its package brings the driver's libraries.
        Oracle.require("qemu-system-x86_64");
        Oracle.require("swtpm_setup");
        Oracle.require("virsh");
        unshare = Oracle.require("unshare");
        Oracle.require(unshare.run("--user", "true").exitCode() == 0, "a user namespace of one's own");
        this.folder = folder;
    }

    /**
     * Defines domains, one after the other, each forgotten before the next. KVM itself need not be there.
     *
     * @param domains by what the caller calls them
     * @return why some are refused, by the same names
     */
    public Map<String, String> refusals(Map<String, String> domains) throws IOException {
        List<String> names = new ArrayList<>();
        StringBuilder commands = new StringBuilder();
        for (Map.Entry<String, String> domain : domains.entrySet()) {
            int i = names.size();
            names.add(domain.getKey());
            Path file = Files.writeString(folder.resolve(i + ".xml"), prepared(domain.getValue()));
            commands.append("echo '### %d'\ndefine %s\nundefine --nvram m\n".formatted(i, file));
        }
        Path script = Files.writeString(folder.resolve("commands"), commands);
        // To root the driver is the system's, with users of its own; as nobody it is one's own.
        String output = unshare.run(
                        "--user",
                        "env",
                        "HOME=" + folder,
                        "XDG_CACHE_HOME=" + folder,
                        "XDG_CONFIG_HOME=" + folder,
                        "sh",
                        "-c",
                        "exec virsh -q -c 'qemu:///embed?root=%s' < %s".formatted(folder.resolve("driver"), script))
                .output();
        return refusals(names, output);
    }

    private String prepared(String domain) {
        return domain.replaceFirst("<domain type=\"kvm\"", "<domain type=\"qemu\"")
                .replaceFirst("<name>[^<]*</name>", "<name>m</name>")
                .replaceAll("<source file=\"([^/])", Matcher.quoteReplacement("<source file=\"" + folder + "/") + "$1");
    }

    private static Map<String, String> refusals(List<String> names, String output) {
        Map<String, List<String>> said = new TreeMap<>();
        List<String> last = new ArrayList<>();
        int done = 0;
        for (String line : output.lines().toList()) {
            Matcher mark = MARK.matcher(line);
            int refused = line.indexOf(REFUSED);
            if (mark.lookingAt()) {
                last = said.computeIfAbsent(names.get(Integer.parseInt(mark.group(1))), name -> new ArrayList<>());
                done++;
            } else if (refused >= 0 && !line.contains("ailed to")) {
                last.add(line.substring(refused + REFUSED.length()));
            }
        }
        assertThat(done).as(output).isEqualTo(names.size());
        Map<String, String> refusals = new TreeMap<>();
        said.forEach((name, lines) -> {
            if (!lines.isEmpty()) {
                refusals.put(name, String.join("; ", lines));
            }
        });
        return refusals;
    }
}
