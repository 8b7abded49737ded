package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.json.JsonValue;
import dev.bothways.machine.dialect.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * VirtualMachine of {@code kubevirt.io/v1}, which KubeVirt and OpenShift Virtualization have, and VirtualMachineInstance when it
 * is read. After the API of KubeVirt 1.0 to 1.6.
 */
public final class KubevirtDialect implements Dialect {
    /** The dialect's id. */
    public static final String ID = "kubevirt";

    private static final Pattern API =
            Pattern.compile("(?m)^[\\s{,-]*[\"']?apiVersion[\"']?\\s*:\\s*[\"']?kubevirt\\.io/");
    private static final Pattern KIND = Pattern.compile("[\"']?kind[\"']?\\s*:\\s*[\"']?VirtualMachine(Instance)?\\b");
    private static final int LONGEST_NAME = 50;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a VirtualMachine of KubeVirt";
    }

    @Override
    public boolean recognizes(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        return API.matcher(text).find() && KIND.matcher(text).find();
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        List<Parsed> machines = new ArrayList<>();
        List<JsonValue.Members> documents = new ArrayList<>();
        for (JsonValue document : YamlReader.read(content, fileName)) {
            collect(document, documents);
        }
        VolumeSizes sizes = VolumeSizes.of(documents);
        for (JsonValue.Members document : documents) {
            if (isMachine(document)) {
                machines.add(new KubevirtReader(document, fileName, sizes).read());
            }
        }
        if (machines.isEmpty()) {
            throw DefinitionException.of(fileName, "there is no VirtualMachine of kubevirt.io in it");
        }
        return List.copyOf(machines);
    }

    /** {@code kubectl get} gives several as the items of a list. */
    private static void collect(JsonValue document, List<JsonValue.Members> into) {
        if (document instanceof JsonValue.Members object) {
            if (object.member("items").orElse(object) instanceof JsonValue.Items items) {
                items.items().forEach(item -> collect(item, into));
            } else {
                into.add(object);
            }
        }
    }

    private static boolean isMachine(JsonValue.Members document) {
        String kind = text(document, "kind");
        return text(document, "apiVersion").startsWith("kubevirt.io/")
                && (kind.equals("VirtualMachine") || kind.equals("VirtualMachineInstance"));
    }

    private static String text(JsonValue.Members document, String key) {
        return document.member(key).orElse(document) instanceof JsonValue.Text text ? text.text() : "";
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        return new KubevirtWriter(machine).write();
    }

    /** Whether an extra of a drive tells of the volume that it was, and nothing of the drive. */
    public static boolean isOfVolume(Extra extra) {
        return extra.dialect().equals(ID) && extra.key().contains(KubevirtDevices.VOLUME);
    }

    /** What a machine of this name is called in a cluster: a label of DNS, with room behind it for what is the machine's. */
    public static String resourceName(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String label =
                plain.substring(0, Math.min(LONGEST_NAME, plain.length())).replaceAll("^-+|-+$", "");
        return Optional.of(label).filter(text -> !text.isEmpty()).orElse("machine");
    }
}
