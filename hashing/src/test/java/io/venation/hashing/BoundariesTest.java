package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two walls of this project, checked on what the compiler wrote: imports can lie by omission, constant pools cannot. */
final class BoundariesTest {
    private static TreeSet<String> classesWhere(final Class<?> anchor, final Predicate<ClassModel> property)
            throws Exception {
        final Path place = Path.of(
                anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            return classesWhere(place, property);
        }
        try (var jar = FileSystems.newFileSystem(place)) {
            return classesWhere(jar.getPath("/"), property);
        }
    }

    private static TreeSet<String> classesWhere(final Path root, final Predicate<ClassModel> property)
            throws IOException {
        final TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (final Path file :
                    (Iterable<Path>) files.filter(f -> f.toString().endsWith(".class"))::iterator) {
                final ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
                if (property.test(model)) {
                    final String name = model.thisClass().asInternalName();
                    names.add(name.substring(name.lastIndexOf('/') + 1));
                }
            }
        }
        return names;
    }

    private static boolean knowsTheVectorApi(final ClassModel model) {
        for (final var entry : model.constantPool()) {
            if (entry instanceof Utf8Entry utf8 && utf8.stringValue().contains("jdk/incubator/vector")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldKeepTheVectorApiInVectorKernels() throws Exception {
        final TreeSet<String> names = classesWhere(Kernels.class, BoundariesTest::knowsTheVectorApi);
        assertTrue(names.contains("Blake3VectorKernel"), names.toString());
        names.removeIf(name -> name.matches("\\w+VectorKernel(\\$.*)?"));
        assertEquals(new TreeSet<>(), names);
    }

    @Test
    void shouldDeclareNativeMethodsInNativeHashAlone() throws Exception {
        final Predicate<ClassModel> declaresNative = model ->
                model.methods().stream().anyMatch(method -> method.flags().has(AccessFlag.NATIVE));
        assertEquals(new TreeSet<>(), classesWhere(Kernels.class, declaresNative));
        final TreeSet<String> names = classesWhere(io.venation.nativehash.NativeHash.class, declaresNative);
        assertEquals("[NativeHash]", names.toString());
    }
}
