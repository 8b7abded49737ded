package dev.bothways.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Joins the archives of the program and its libraries into one, unpacked, for a quick start: each archive more is opened and
 * looked through at every start.
 *
 * <p>Classes older than Java 8 are brought to its class file format, code unchanged. The ahead-of-time cache takes no classes
 * of Java 5 (they lack stack maps, so they are verified anew at every start), and the library behind the command line is still
 * built for it.
 */
final class OneArchive {
    /** The first version whose classes the cache takes; those of others are left alone. */
    private static final int OLDEST_CACHED = ClassFile.JAVA_8_VERSION;

    /** What is kept of the archives' own papers; the others, the licences too, stay in the archives that were joined. */
    private static final String SERVICES = "META-INF/services/";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private OneArchive() {}

    /**
     * Joins archives.
     *
     * @param arguments the folder that holds them, and the archive to write
     */
    public static void main(String[] arguments) throws IOException {
        OneArchive joined = new OneArchive();
        try (Stream<Path> archives = Files.list(Path.of(arguments[0]))) {
            for (Path archive : archives.sorted().toList()) {
                joined.add(archive);
            }
        }
        joined.write(Path.of(arguments[1]));
    }

    /** Takes what this version of Java would see of an archive. */
    private void add(Path archive) throws IOException {
        try (JarFile jar = new JarFile(archive.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            for (JarEntry entry : jar.versionedStream().toList()) {
                String name = entry.getName();
                boolean service = name.startsWith(SERVICES);
                if (entry.isDirectory()
                        || name.equals("module-info.class")
                        || (name.startsWith("META-INF/") && !service)) {
                    continue;
                }
                byte[] content;
                try (InputStream in = jar.getInputStream(entry)) {
                    content = in.readAllBytes();
                }
                byte[] before = entries.put(name, content);
                if (before != null && service) {
                    entries.put(name, lines(before, content));
                } else if (before != null && !name.endsWith("package-info.class")) {
                    throw new IOException(archive + " has an entry that another archive has too: " + name);
                }
            }
        }
    }

    private static byte[] lines(byte[] first, byte[] second) {
        String text = new String(first, StandardCharsets.UTF_8) + "\n" + new String(second, StandardCharsets.UTF_8);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void write(Path archive) throws IOException {
        Path unfinished = archive.resolveSibling(archive.getFileName() + ".new");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(unfinished))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                byte[] content = entry.getKey().endsWith(".class") ? modern(entry.getValue()) : entry.getValue();
                CRC32 crc = new CRC32();
                crc.update(content);
                JarEntry written = new JarEntry(entry.getKey());
                written.setTime(0);
                written.setMethod(ZipEntry.STORED);
                written.setSize(content.length);
                written.setCrc(crc.getValue());
                out.putNextEntry(written);
                out.write(content);
            }
        }
        Files.move(unfinished, archive, StandardCopyOption.REPLACE_EXISTING);
    }

    private byte[] modern(byte[] bytes) {
        ClassFile format = ClassFile.of(
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this::resource)),
                StackMapsOption.GENERATE_STACK_MAPS);
        ClassModel model = format.parse(bytes);
        if (model.majorVersion() >= OLDEST_CACHED) {
            return bytes;
        }
        ClassTransform rebuilt = ClassTransform.ofStateful(() -> (builder, element) -> {
            switch (element) {
                case ClassFileVersion old -> builder.withVersion(OLDEST_CACHED, 0);
                case MethodModel method ->
                    builder.transformMethod(method, (methodBuilder, part) -> {
                        if (part instanceof CodeModel code) {
                            methodBuilder.transformCode(code, CodeTransform.ACCEPT_ALL);
                        } else {
                            methodBuilder.with(part);
                        }
                    });
                default -> builder.with(element);
            }
        });
        return format.transformClass(model, rebuilt);
    }

    private @Nullable InputStream resource(ClassDesc type) {
        String descriptor = type.descriptorString();
        String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
        byte[] own = entries.get(name);
        return own != null ? new ByteArrayInputStream(own) : ClassLoader.getSystemResourceAsStream(name);
    }
}
