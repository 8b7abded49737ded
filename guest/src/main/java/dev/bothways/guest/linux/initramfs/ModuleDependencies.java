package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.KernelModules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the text files of {@code /lib/modules/RELEASE} say of the kernel's modules: where each one lies and what else must be
 * there for it. Names are as
 * {@link KernelModules#canonical} gives them.
 */
public final class ModuleDependencies {
    private final Map<String, String> paths = new LinkedHashMap<>();
    private final Map<String, List<String>> hard = new HashMap<>();
    private final Map<String, List<String>> soft = new HashMap<>();
    private final Map<String, List<String>> aliases = new HashMap<>();
    private final Set<String> builtIn = new LinkedHashSet<>();

    /**
     * Reads the files' content; an absent file is given as "".
     *
     * @param dependencies {@code modules.dep}
     * @param softDependencies {@code modules.softdep}
     * @param aliasList {@code modules.alias}
     * @param builtInList {@code modules.builtin}
     */
    public ModuleDependencies(String dependencies, String softDependencies, String aliasList, String builtInList) {
        dependencies.lines().forEach(this::readDependency);
        softDependencies.lines().forEach(this::readSoftDependency);
        aliasList.lines().forEach(this::readAlias);
        builtInList
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(KernelModules::canonical)
                .forEach(builtIn::add);
    }

    private void readDependency(String line) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            return;
        }
        String path = relative(line.substring(0, colon).strip());
        String name = KernelModules.canonical(path);
        if (isInside(path) && paths.putIfAbsent(name, path) == null) {
            hard.put(
                    name,
                    words(line.substring(colon + 1)).stream()
                            .map(KernelModules::canonical)
                            .toList());
        }
    }

    /** Before module-init-tools 3.3 (2006) the paths were absolute. */
    private static String relative(String path) {
        return path.replaceFirst("^/lib/modules/[^/]+/", "");
    }

    /** The file is a guest's: a path that leads out of the folder is nobody's module. */
    private static boolean isInside(String path) {
        return Arrays.stream(path.split("/", -1))
                .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
    }

    private void readSoftDependency(String line) {
        List<String> words = words(line);
        if (words.size() > 2 && words.getFirst().equals("softdep")) {
            List<String> wanted = words.subList(2, words.size()).stream()
                    .filter(word -> !word.endsWith(":"))
                    .map(KernelModules::canonical)
                    .toList();
            soft.computeIfAbsent(KernelModules.canonical(words.get(1)), name -> new ArrayList<>())
                    .addAll(wanted);
        }
    }

    private void readAlias(String line) {
        List<String> words = words(line);
        if (words.size() == 3 && words.getFirst().equals("alias")) {
            aliases.computeIfAbsent(ModuleIndex.foldedPattern(words.get(1)), name -> new ArrayList<>())
                    .add(KernelModules.canonical(words.get(2)));
        }
    }

    private static List<String> words(String line) {
        return Arrays.stream(line.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Whether the kernel's image holds the module itself. */
    public boolean isBuiltIn(String module) {
        return builtIn.contains(KernelModules.canonical(module));
    }

    /** The module's file, relative to {@code /lib/modules/RELEASE}. */
    public Optional<String> path(String module) {
        return Optional.ofNullable(paths.get(KernelModules.canonical(module)));
    }

    /** The text of a {@code modules.dep} that says the same with other paths; modules without a path are left out. */
    String text(Map<String, String> otherPaths) {
        StringBuilder text = new StringBuilder();
        otherPaths.forEach((module, path) -> {
            text.append(path).append(':');
            for (String needed : hard.getOrDefault(module, List.of())) {
                if (otherPaths.containsKey(needed)) {
                    text.append(' ').append(otherPaths.get(needed));
                }
            }
            text.append('\n');
        });
        return text.toString();
    }

    /** All modules' files by module, in the order of {@code modules.dep}. */
    Map<String, String> paths() {
        return paths;
    }

    /**
     * The modules that must be loaded for {@code wanted} to work, what is needed first standing first: their dependencies,
     * the ones that {@code softdep} lines name and their dependencies, and themselves. What is built in or has no file is
     * left out: a soft dependency may be absent.
     */
    public List<String> closure(Collection<String> wanted) {
        Set<String> found = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        wanted.forEach(module -> collect(KernelModules.canonical(module), seen, found));
        return List.copyOf(found);
    }

    /** Depth first without recursion: a hostile modules.dep may chain as many modules as it likes. */
    private void collect(String start, Set<String> seen, Set<String> found) {
        record Step(String module, boolean leaving) {}
        Deque<Step> open = new ArrayDeque<>();
        open.push(new Step(start, false));
        while (!open.isEmpty()) {
            Step step = open.pop();
            if (step.leaving()) {
                found.add(step.module());
            } else if (paths.containsKey(step.module())
                    && !builtIn.contains(step.module())
                    && seen.add(step.module())) {
                open.push(new Step(step.module(), true));
                List<String> needed = new ArrayList<>(soft.getOrDefault(step.module(), List.of()).stream()
                        .flatMap(name -> providers(name).stream())
                        .toList());
                // modules.dep names the deepest dependency last; the stack turns that round once more.
                needed.addAll(hard.getOrDefault(step.module(), List.of()));
                needed.forEach(name -> open.push(new Step(name, false)));
            }
        }
    }

    private List<String> providers(String name) {
        return paths.containsKey(name) ? List.of(name) : aliases.getOrDefault(name, List.of());
    }
}
