package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Processors.Topology;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** {@code <vcpu>}, {@code <cpu>} and {@code <cputune>}. */
final class ProcessorForm {
    static final Set<String> TUNE_WORDS = Set.of("shares", "global_quota", "global_period", "quota", "period");

    private static final int MOST = 65_535;
    private static final int MOST_SHARES = 262_144;
    /** The shares of a usual machine of KVM, where the record's weight is 256. */
    private static final int SHARES_PER_WEIGHT = 4;

    private static final int USUAL_PERIOD = 100_000;
    private static final int PERIOD_PER_PERCENT = USUAL_PERIOD / 100;
    private static final Set<String> NESTING = Set.of("vmx", "svm");

    private ProcessorForm() {}

    /** The processors, out of the elements as they stand; {@code vcpu} loses its numbers. */
    static Processors read(
            Optional<Remains> vcpu,
            Optional<XmlElement> cpu,
            Optional<XmlElement> tune,
            Platform platform,
            Values values)
            throws DefinitionException {
        int maximum = 1;
        int count = 1;
        if (vcpu.isPresent()) {
            XmlElement at = vcpu.get().element();
            String text = vcpu.get().takeText();
            maximum = text.isBlank() ? 1 : values.integer(at, text, 1, MOST);
            Optional<String> current = vcpu.get().take("current");
            count = current.isPresent() ? values.integer(at, current.get(), 1, MOST) : maximum;
            if (count > maximum) {
                throw values.wrong(at, count + " processors are in use, and the machine has " + maximum);
            }
        }
        OptionalInt weight = OptionalInt.empty();
        OptionalInt limit = OptionalInt.empty();
        if (tune.isPresent()) {
            weight = weight(tune.get(), platform, values);
            limit = limit(tune.get(), maximum, values);
        }
        Optional<Topology> topology = cpu.isPresent() ? topology(cpu.get(), maximum, values) : Optional.empty();
        boolean nested = cpu.isPresent() && nested(cpu.get(), platform);
        return new Processors(count, maximum, topology, limit, weight, nested);
    }

    /** How a {@code <cpu>} arranges the processors; nothing where its numbers do not make {@code maximum}. */
    static Optional<Topology> topology(XmlElement cpu, int maximum, Values values) throws DefinitionException {
        Optional<XmlElement> element = cpu.child("topology");
        if (element.isEmpty()) {
            return Optional.empty();
        }
        int sockets = part(element.get(), "sockets", values);
        int cores = part(element.get(), "cores", values);
        int threads = part(element.get(), "threads", values);
        long perSocket = (long) cores * part(element.get(), "dies", values) * part(element.get(), "clusters", values);
        if (perSocket > MOST || sockets * perSocket > MOST || sockets * perSocket * threads != maximum) {
            values.warn(
                    element.get(),
                    "does not arrange the machine's " + maximum + " processors, so it says nothing here");
            return Optional.empty();
        }
        return Optional.of(new Topology(sockets, (int) perSocket, threads));
    }

    private static int part(XmlElement topology, String name, Values values) throws DefinitionException {
        Optional<String> text = topology.attribute(name);
        return text.isPresent() ? values.integer(topology, text.get(), 1, MOST) : 1;
    }

    private static boolean nested(XmlElement cpu, Platform platform) {
        boolean asked = false;
        boolean refused = false;
        for (XmlElement feature : cpu.children("feature").toList()) {
            if (NESTING.contains(feature.attribute("name").orElse(""))) {
                String policy = feature.attribute("policy").orElse("require");
                asked |= policy.equals("require") || policy.equals("force") || policy.equals("optional");
                refused |= policy.equals("disable") || policy.equals("forbid");
            }
        }
        boolean hostsOwn = cpu.attribute("mode").orElse("").equals("host-passthrough");
        return platform == Platform.XEN_HVM ? hostsOwn && !refused : asked;
    }

    private static OptionalInt weight(XmlElement tune, Platform platform, Values values) throws DefinitionException {
        Optional<XmlElement> shares = tune.child("shares");
        if (shares.isEmpty()) {
            return OptionalInt.empty();
        }
        long number = values.number(shares.get(), shares.get().text(), 0, Integer.MAX_VALUE);
        long weight = isXen(platform) ? number : number / SHARES_PER_WEIGHT;
        return weight < 1 || weight > MOST ? OptionalInt.empty() : OptionalInt.of((int) weight);
    }

    private static OptionalInt limit(XmlElement tune, int processors, Values values) throws DefinitionException {
        OptionalInt whole = percent(tune, "global_quota", "global_period", 1, values);
        return whole.isPresent() ? whole : percent(tune, "quota", "period", processors, values);
    }

    private static OptionalInt percent(XmlElement tune, String quotaName, String periodName, int factor, Values values)
            throws DefinitionException {
        Optional<XmlElement> quota = tune.child(quotaName);
        Optional<XmlElement> period = tune.child(periodName);
        if (quota.isEmpty() || quota.get().text().strip().startsWith("-")) {
            return OptionalInt.empty();
        }
        long micros = values.number(quota.get(), quota.get().text(), 0, Integer.MAX_VALUE * 1000L);
        long length = period.isPresent()
                ? values.number(period.get(), period.get().text(), 0, Integer.MAX_VALUE)
                : USUAL_PERIOD;
        long percent = micros * 100 / Math.max(length, 1) * factor;
        return percent < 1 || percent > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) percent);
    }

    /** Whether a kept {@code <cpu>} says what the record says. */
    static boolean saysTheSame(XmlElement cpu, Processors processors, Platform platform, Values values) {
        try {
            return topology(cpu, processors.maximum(), values).equals(processors.topology())
                    && nested(cpu, platform) == processors.nested();
        } catch (DefinitionException e) {
            return false;
        }
    }

    /** Whether a kept {@code <cputune>} says what the record says. */
    static boolean tunesTheSame(XmlElement tune, Processors processors, Platform platform, Values values) {
        try {
            return weight(tune, platform, values).equals(processors.weight())
                    && limit(tune, processors.maximum(), values).equals(processors.limit());
        } catch (DefinitionException e) {
            return false;
        }
    }

    private static boolean isXen(Platform platform) {
        return platform != Platform.KVM;
    }

    static XmlElement vcpu(Processors processors) {
        XmlElement.Builder vcpu = XmlElement.builder("vcpu");
        if (processors.count() != processors.maximum()) {
            vcpu.attribute("current", processors.count());
        }
        return vcpu.text(processors.maximum()).build();
    }

    /** The processor's model: under KVM the host's own kind, since guests of today do not run on QEMU's plain one. */
    static Optional<XmlElement> cpu(Processors processors, Platform platform) {
        XmlElement.Builder cpu = XmlElement.builder("cpu");
        if (platform == Platform.KVM) {
            cpu.attribute("mode", "host-model");
        } else if (processors.nested()) {
            cpu.attribute("mode", "host-passthrough");
        }
        processors
                .topology()
                .ifPresent(topology -> cpu.child(XmlElement.builder("topology")
                        .attribute("sockets", topology.sockets())
                        .attribute("cores", topology.coresPerSocket())
                        .attribute("threads", topology.threadsPerCore())));
        if (platform == Platform.KVM && processors.nested()) {
            for (String name : new String[] {"vmx", "svm"}) {
                cpu.child(XmlElement.builder("feature")
                        .attribute("policy", "optional")
                        .attribute("name", name));
            }
        }
        return Optional.of(cpu.build()).filter(element -> !Fragments.isEmpty(element));
    }

    static Optional<XmlElement> tune(Processors processors, Platform platform) {
        XmlElement.Builder tune = XmlElement.builder("cputune");
        processors.weight().ifPresent(weight -> {
            int shares = isXen(platform) ? weight : weight * SHARES_PER_WEIGHT;
            tune.child("shares", Math.clamp(shares, 2, MOST_SHARES));
        });
        processors
                .limit()
                .ifPresent(percent -> tune.child("global_period", USUAL_PERIOD)
                        .child("global_quota", (long) percent * PERIOD_PER_PERCENT));
        return Optional.of(tune.build()).filter(element -> !Fragments.isEmpty(element));
    }
}
