package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One NIC's specification: xl-network-configuration(5). */
final class VifSpecification {
    /** What the paravirtual interface is called as a model; in a specification it is {@code type=vif}. */
    static final String PARAVIRTUAL = "netfront";

    private static final Pattern TAGGED_BRIDGE = Pattern.compile("(.+)\\.([1-9][0-9]{0,3})");
    private static final int HIGHEST_VLAN = 4094;
    private static final Pattern MTU = Pattern.compile("[1-9][0-9]{0,5}");

    private static final Pattern COLO = Pattern.compile("colo_[a-z0-9_]+");

    /** Parameters that have no word in the record; they are kept. */
    private static final Set<String> KEPT = Set.of(
            "gatewaydev",
            "script",
            "backend",
            "vifname",
            "rate",
            "devid",
            "trusted",
            "untrusted",
            "forwarddev",
            "accel");

    private VifSpecification() {}

    /** The NIC that a specification describes; {@code problems} get the ends of sentences about what xl passes over too. */
    static Nic parse(String text, Consumer<String> problems) throws MalformedSpecificationException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            String parameter = part.strip();
            int equals = parameter.indexOf('=');
            if (!parameter.isEmpty()) {
                String key = equals < 0 ? parameter : parameter.substring(0, equals);
                parameters.put(
                        key.equals("netdev") ? "gatewaydev" : key, equals < 0 ? "" : parameter.substring(equals + 1));
            }
        }
        Nic.Builder nic = Nic.builder();
        List<Extra> extras = new ArrayList<>();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            apply(parameter.getKey(), parameter.getValue(), parameters, nic, extras, problems);
        }
        return nic.extras(extras).build();
    }

    private static void apply(
            String key,
            String value,
            Map<String, String> all,
            Nic.Builder nic,
            List<Extra> extras,
            Consumer<String> problems)
            throws MalformedSpecificationException {
        switch (key) {
            case "mac" ->
                nic.mac(MacAddress.parse(value)
                        .orElseThrow(() -> new MalformedSpecificationException(
                                "has the MAC address '" + value + "', which is none")));
            case "bridge" -> bridge(value, all.getOrDefault("script", ""), nic);
            case "ip" -> nic.addresses(List.of(value.strip().split("\\s+")));
            case "mtu" -> {
                if (!MTU.matcher(value).matches()) {
                    throw new MalformedSpecificationException("has the MTU '" + value + "', which is no number");
                }
                nic.mtu(Integer.parseInt(value));
            }
            case "model" -> {
                if (paravirtual(all)) {
                    extras.add(new Extra(XlDialect.ID, key, value));
                } else if (!value.isEmpty()) {
                    nic.model(value);
                }
            }
            case "type" -> {
                if (paravirtual(all)) {
                    nic.model(PARAVIRTUAL);
                } else if (value.equals("ioemu")) {
                    extras.add(new Extra(XlDialect.ID, key, value));
                } else {
                    problems.accept("has the unknown type '" + value + "', which xl passes over");
                }
            }
            default -> {
                if (KEPT.contains(key) || COLO.matcher(key).matches()) {
                    extras.add(new Extra(XlDialect.ID, key, value));
                } else {
                    problems.accept("has the unknown parameter '" + key + "', which xl passes over");
                }
            }
        }
    }

    /** {@code netfront} is how xm called it. */
    private static boolean paravirtual(Map<String, String> parameters) {
        String type = parameters.getOrDefault("type", "");
        return type.equals("vif") || type.equals(PARAVIRTUAL);
    }

    /** Open vSwitch's script takes {@code BRIDGE.TAG}; other scripts take the dot as part of the name. */
    private static void bridge(String value, String script, Nic.Builder nic) {
        Matcher tagged = TAGGED_BRIDGE.matcher(value);
        if (script.contains("openvswitch") && tagged.matches() && Integer.parseInt(tagged.group(2)) <= HIGHEST_VLAN) {
            nic.network(tagged.group(1)).vlan(Integer.parseInt(tagged.group(2)));
        } else if (!value.isEmpty()) {
            nic.network(value);
        }
    }
}
