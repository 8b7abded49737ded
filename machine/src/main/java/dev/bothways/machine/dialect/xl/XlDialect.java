package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files that Xen's {@code xl} creates machines from: xl.cfg(5), xl-disk-configuration(5) and
 * xl-network-configuration(5) of Xen 4.20, read as libxlutil reads them. Of the files of {@code xm} before it, which were
 * Python programs, those are read that only assign literals; nothing is ever evaluated.
 *
 * <p>Read more leniently than by xl, because the meaning is plain: line ends of Windows, a comment in a last line without
 * an end, and Python's way to write literals. Read more strictly: a number that is none is refused, where xl warns and
 * ignores the key.
 */
public final class XlDialect implements Dialect {
    /** {@link #id}. */
    public static final String ID = "xl";

    private static final int LOOKED_AT = 4096;
    private static final Pattern EXPRESSION = Pattern.compile("\\(\\s*(domain|vm)\\b");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a .cfg of xl";
    }

    /** The files have no mark: any text that is neither XML nor JSON. */
    @Override
    public boolean recognizes(byte[] content) {
        if (content.length > XlParser.LARGEST_FILE) {
            return false;
        }
        boolean begun = false;
        for (byte b : content) {
            if (b == 0 || (!begun && (b == '<' || b == '{'))) {
                return false;
            }
            // White space and a byte order mark come before the beginning.
            begun |= b > ' ';
        }
        return true;
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        if (isExpression(content)) {
            throw DefinitionException.of(
                    fileName,
                    "holds the expressions that xm list -l printed, which are not read; give the machine's .cfg instead");
        }
        List<String> warnings = new ArrayList<>();
        XlSettings settings = XlParser.parse(content, fileName, warnings);
        Machine machine = new XlReader(settings, warnings).machine();
        return List.of(new Parsed(machine, warnings));
    }

    private static boolean isExpression(byte[] content) {
        String begin = new String(content, 0, Math.min(content.length, LOOKED_AT), StandardCharsets.UTF_8).strip();
        return EXPRESSION.matcher(begin).lookingAt();
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        return new XlWriter(machine).write();
    }
}
