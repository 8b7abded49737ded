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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings the classes of a library's archive to the present class file format, code unchanged.
 *
 * <p>The ahead-of-time cache takes no classes of Java 5 (they lack stack maps, so they are verified anew at every start), and
 * the library behind the command line is still built for it: without this, a start takes half as long again.
 */
final class ModernLibrary {
    /** The first version whose classes the cache takes; those of others are left alone. */
    private static final int OLDEST_CACHED = ClassFile.JAVA_8_VERSION;

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private ModernLibrary() {}

    /** Rewrites the archives named, in place. */
    public static void main(String[] archives) throws IOException {
        for (String archive : archives) {
            new ModernLibrary().rewrite(Path.of(archive));
        }
    }

    private void rewrite(Path archive) throws IOException {
        try (JarFile jar = new JarFile(archive.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        entries.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        Path modern = archive.resolveSibling(archive.getFileName() + ".new");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(modern))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                JarEntry written = new JarEntry(entry.getKey());
                written.setTime(0);
                out.putNextEntry(written);
                out.write(entry.getKey().endsWith(".class") ? modern(entry.getValue()) : entry.getValue());
            }
        }
        Files.move(modern, archive, StandardCopyOption.REPLACE_EXISTING);
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
