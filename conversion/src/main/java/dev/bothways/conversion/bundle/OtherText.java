package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.HostFile;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Text in which no dialect knows its own: it is told for what it is, and never taken for a raw disk. */
final class OtherText {
    private OtherText() {}

    /**
     * Refuses a file that is text.
     *
     * @param largest the most bytes that a definition may have
     * @throws dev.bothways.machine.DefinitionException where it looks like XML, and says what is wrong with that
     * @throws ConversionException where it is other text
     */
    static void refuse(Path file, int largest) throws IOException {
        Optional<Charset> text = Files.isRegularFile(file) ? DiskImages.textEncoding(file) : Optional.empty();
        if (text.isEmpty()) {
            return;
        }
        long size = Files.size(file);
        if (size > largest) {
            throw refused(file + " is text of " + size + " bytes, and a machine's definition has at most " + largest);
        }
        byte[] content = HostFile.readAll(file, largest);
        String characters = new String(content, text.get());
        if (!text.get().equals(StandardCharsets.ISO_8859_1)) {
            byte[] utf8 = characters.replace("\ufeff", "").getBytes(StandardCharsets.UTF_8);
            String looksLike = Dialects.of(utf8).map(Dialect::described).orElse("text");
            if (!characters.stripLeading().replace("\ufeff", "").startsWith("<")) {
                throw refused(
                        file + " looks like " + looksLike + " in " + text.get().name()
                                + ", in which none is read; save it in UTF-8, for example with iconv -f UTF-16 -t UTF-8");
            }
        }
        if (characters.replace("\ufeff", "").stripLeading().startsWith("<")) {
            String root = XmlReader.read(content, file.toString()).name();
            throw refused(file + " is XML of a kind that defines no machine (its root element is " + root
                    + "); name the machine's definition");
        }
        throw refused(file + " is text, but no machine's definition that is read ("
                + String.join(
                        ", ", Dialects.all().stream().map(Dialect::described).toList())
                + "); name the machine's definition, or its disk image");
    }

    private static ConversionException refused(String message) {
        return new ConversionException(ConversionException.Kind.SOURCE, message);
    }
}
