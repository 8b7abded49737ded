package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.HostPaths;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The definitions of Microsoft Hyper-V, read only: {@code .vmcx} of Windows Server 2016 and later (configuration version 0x400
 * of the container), the XML of 2008 to 2012 R2, and the {@code .exp} that 2008 and 2008 R2 export. None is described by
 * Microsoft; what is known, and how, is in {@code docs/formats/vmcx.md} and {@code docs/formats/hyperv.md}.
 *
 * <p>A machine's paths are absolute ones of its Windows host, as the definition writes them. A definition of a checkpoint has the
 * same form, and is read as a machine of the checkpoint's name.
 */
public final class HypervDialect implements Dialect {
    /** The key of the {@link dev.bothways.machine.Extra} that names the keys which secure boot trusts. */
    public static final String SECURE_BOOT_TEMPLATE = "SecureBootTemplate";

    static final String ID = "hyperv";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a .vmcx, XML or .exp of Hyper-V";
    }

    @Override
    public boolean recognizes(byte[] content) {
        return VmcxFile.recognizes(content) || HypervXml.recognizes(content) || ExpFile.recognizes(content);
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        if (ExpFile.recognizes(content)) {
            return List.of(ExpFile.read(content, fileName));
        }
        return List.of(new HypervReader(new HypervSettings(fileName, tree(content, fileName))).read());
    }

    /**
     * When a machine or checkpoint was made, by its definition.
     *
     * @return in steps of 100 ns since 1601, as Windows counts; nothing where the definition does not say
     */
    public static OptionalLong created(byte[] content, String fileName) throws DefinitionException {
        Optional<HypervValue> time =
                tree(content, fileName).at("properties/creation_time").flatMap(HypervNode::value);
        return time.isPresent()
                        && time.get() instanceof HypervValue.Bytes bytes
                        && bytes.digits().length() == 16
                ? OptionalLong.of(Long.reverseBytes(HexFormat.fromHexDigitsToLong(bytes.digits())))
                : OptionalLong.empty();
    }

    private static HypervNode tree(byte[] content, String fileName) throws DefinitionException {
        if (ExpFile.recognizes(content)) {
            return ExpFile.tree(content, fileName);
        }
        HypervNode root =
                VmcxFile.recognizes(content) ? VmcxFile.read(content, fileName) : HypervXml.read(content, fileName);
        if (!root.name().equals("configuration")) {
            throw DefinitionException.of(
                    fileName, "holds " + root.name() + ", no configuration of a machine; is it a saved state (.vmrs)?");
        }
        return root;
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return Optional.of(extra).filter(other -> !HostPaths.in(other.value()));
    }

    @Override
    public Written write(Machine machine) {
        throw new UnsupportedOperationException(
                "Hyper-V imports only definitions that it wrote itself; a script of its commands makes the machine");
    }
}
