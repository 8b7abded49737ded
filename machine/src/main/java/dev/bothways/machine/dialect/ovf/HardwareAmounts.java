package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads how many processors and how much memory there are. */
final class HardwareAmounts {
    static final String PROCESSOR = "processor:";
    static final String MEMORY = "memory:";

    private static final int MOST_PROCESSORS = 65_535;
    private static final long MOST_MEMORY = 1L << 54;
    private static final long USUAL_MEMORY = 128L << 20;
    private static final String MEBIBYTES = "byte * 2^20";

    private final OvfContext context;
    private final EnvelopeReader.PackageParts parts;
    private final List<Extra> extras;

    HardwareAmounts(OvfContext context, EnvelopeReader.PackageParts parts, List<Extra> extras) {
        this.context = context;
        this.parts = parts;
        this.extras = extras;
    }

    Processors processors(List<OvfItem> items) throws DefinitionException {
        int count = 0;
        Optional<Integer> cores = Optional.empty();
        for (OvfItem item : items) {
            if (item.type() == OvfItem.PROCESSOR) {
                count += (int)
                        (parts.ovirt() && item.text("num_of_sockets").isPresent()
                                ? product(item)
                                : quantity(item, MOST_PROCESSORS));
                cores = cores.or(() -> cores(item));
                extras.addAll(new KeptProperties(context, parts).of(item, PROCESSOR));
            }
        }
        if (count > MOST_PROCESSORS) {
            throw context.error("has " + count + " processors, more than " + MOST_PROCESSORS);
        }
        int all = Math.max(1, count);
        int perSocket = cores.orElse(0);
        Optional<Processors.Topology> topology = perSocket > 0 && all % perSocket == 0
                ? Optional.of(new Processors.Topology(all / perSocket, perSocket, 1))
                : Optional.empty();
        return new Processors(all, all, topology, OptionalInt.empty(), OptionalInt.empty(), false);
    }

    /** {@code vmw:CoresPerSocket}, or oVirt's way. */
    private static Optional<Integer> cores(OvfItem item) {
        return item.text("CoresPerSocket")
                .or(() -> item.text("cpu_per_socket"))
                .filter(text -> text.matches("[1-9][0-9]{0,4}"))
                .map(Integer::valueOf);
    }

    private long product(OvfItem item) throws DefinitionException {
        long product = 1;
        for (String factor : List.of("num_of_sockets", "cpu_per_socket", "threads_per_cpu")) {
            product *= context.number(item.element(), factor, item.text(factor).orElse("1"), MOST_PROCESSORS);
            if (product > MOST_PROCESSORS) {
                throw context.error(item.element(), factor, "gives more than " + MOST_PROCESSORS + " processors");
            }
        }
        return product;
    }

    /** How many; 0 where an item only reserves something. */
    private long quantity(OvfItem item, long most) throws DefinitionException {
        Optional<String> text = item.text("VirtualQuantity");
        if (text.isEmpty()) {
            context.warn(item.element(), "the " + item.described() + " has no VirtualQuantity");
            return 0;
        }
        long quantity = context.number(item.element(), "VirtualQuantity", text.get(), most);
        if (quantity == 0) {
            throw context.error(item.element(), "VirtualQuantity", "is 0");
        }
        return quantity;
    }

    Memory memory(List<OvfItem> items, XmlElement system) throws DefinitionException {
        long bytes = 0;
        for (OvfItem item : items) {
            if (item.type() == OvfItem.MEMORY) {
                bytes += bytes(item);
                extras.addAll(new KeptProperties(context, parts).of(item, MEMORY));
            }
            if (bytes > MOST_MEMORY) {
                throw context.error(item.element(), "VirtualQuantity", "no host has that much memory");
            }
        }
        if (bytes == 0) {
            context.warn(system, "the machine says nothing of its memory and gets 128 MiB");
            bytes = USUAL_MEMORY;
        }
        return Memory.fixed(bytes);
    }

    private long bytes(OvfItem item) throws DefinitionException {
        String unit = item.text("AllocationUnits").orElse(MEBIBYTES);
        OptionalLong each = OvfUnits.bytes(unit);
        if (each.isEmpty()) {
            throw context.error(item.element(), "AllocationUnits", "'" + unit + "' is no unit of bytes");
        }
        OptionalLong amount = OvfUnits.amount(quantity(item, Long.MAX_VALUE), each.getAsLong());
        if (amount.isEmpty() || amount.getAsLong() > MOST_MEMORY) {
            throw context.error(item.element(), "VirtualQuantity", "no host has that much memory");
        }
        return amount.getAsLong();
    }
}
