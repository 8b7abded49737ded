package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.linux.bootloader.GrubMenu.Node;
import dev.bothways.guest.linux.bootloader.GrubScript.Branch;
import dev.bothways.guest.linux.bootloader.GrubScript.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a GRUB 2 configuration as far as it makes the menu: variables, conditions, functions, sourced files, {@code blscfg}. Commands
 * that draw, load modules or talk to hardware do nothing. Menu entries are run too, to learn what they would boot. The number of
 * commands is bounded.
 */
final class GrubInterpreter {
    private static final int MOST_STEPS = 50_000;
    private static final int MOST_NODES = 1_000;
    private static final int MOST_INITRAMFS = 16;
    private static final int MOST_READ = 16 << 20;
    private static final int DEEPEST = 32;

    private final BootFiles files;
    private final String directory;
    private GrubVariables variables = new GrubVariables();
    private final Map<String, List<Statement>> functions = new HashMap<>();
    private List<Node> nodes = new ArrayList<>();
    private List<String> menu = List.of();
    private String file;
    private int steps;
    private int nodeCount;
    private int depth;
    private long read;
    private final String mainFile;
    private final Set<String> sources = new LinkedHashSet<>();

    /** What an entry's own commands asked for. */
    private static final class Boot {
        private Optional<String> kernel = Optional.empty();
        private String commandLine = "";
        private List<String> initramfs = List.of();
        private Optional<String> device = Optional.empty();
        private int line = -1;
    }

    private Optional<Boot> boot = Optional.empty();

    /**
     * @param configuration path of the main file in the guest
     * @param platform GRUB's name of the firmware: {@code pc} or {@code efi}
     */
    GrubInterpreter(BootFiles files, String configuration, String platform) {
        this.files = files;
        this.file = configuration;
        this.mainFile = configuration;
        this.directory = configuration.substring(0, Math.max(1, configuration.lastIndexOf('/')));
        variables.put("prefix", "(" + BootFiles.GUEST + ")" + directory);
        variables.put("root", "");
        variables.put("grub_platform", platform);
        variables.put("grub_cpu", platform.equals("pc") ? "i386" : "x86_64");
        variables.put("default", "0");
        for (String feature : List.of(
                "chainloader_bpb",
                "ntldr",
                "platform_search_hint",
                "default_font_path",
                "all_video_module",
                "menuentry_id",
                "menuentry_options",
                "200_final",
                "nativedisk_cmd",
                "timeout_style")) {
            variables.put("feature_" + feature, "y");
        }
    }

    /** Runs the main file. */
    void run() throws IOException {
        run(GrubParser.parse(text(file).orElse("")));
    }

    /** The menu that came of it. */
    List<Node> menu() {
        return nodes;
    }

    /** The files that it was read from, the main one first. */
    List<String> sources() {
        return List.copyOf(sources);
    }

    /** The value of a variable; empty where it is not set. */
    String variable(String name) {
        return variables.get(name);
    }

    /** A file's text, as long as not too much has been read: a script may source itself again and again. */
    private Optional<String> text(String path) throws IOException {
        if (read > MOST_READ) {
            return Optional.empty();
        }
        Optional<String> text = files.text(path);
        if (text.isPresent()) {
            sources.add(path);
        }
        read += text.map(String::length).orElse(0) + 1_000;
        return text;
    }

    private boolean run(List<Statement> statements) throws IOException {
        boolean last = true;
        if (++depth <= DEEPEST) {
            for (Statement statement : statements) {
                if (++steps > MOST_STEPS) {
                    break;
                }
                last = run(statement);
            }
        }
        depth--;
        return last;
    }

    private boolean run(Statement statement) throws IOException {
        return switch (statement) {
            case Statement.Command command -> run(command);
            case Statement.If choice -> run(choice);
            case Statement.Loop loop -> {
                while (steps < MOST_STEPS && run(loop.condition()) != loop.until()) {
                    steps++;
                    run(loop.body());
                }
                yield true;
            }
            case Statement.For loop -> {
                for (String value : variables.expand(loop.values())) {
                    variables.put(loop.variable(), value);
                    run(loop.body());
                }
                yield true;
            }
            case Statement.Function function -> {
                functions.put(function.name(), function.body());
                yield true;
            }
        };
    }

    private boolean run(Statement.If choice) throws IOException {
        for (Branch branch : choice.branches()) {
            if (run(branch.condition())) {
                return run(branch.body());
            }
        }
        return run(choice.otherwise());
    }

    private boolean run(Statement.Command command) throws IOException {
        List<String> words = variables.expand(command.words());
        if (words.isEmpty()) {
            return true;
        }
        String name = words.getFirst();
        List<String> rest = words.subList(1, words.size());
        int equals = name.indexOf('=');
        if (equals > 0 && rest.isEmpty() && name.substring(0, equals).matches("[A-Za-z_][A-Za-z_0-9]*")) {
            return assign(name);
        }
        if (functions.containsKey(name)) {
            return call(functions.get(name), rest);
        }
        return switch (name) {
            case "set" -> rest.isEmpty() || assign(String.join(" ", rest));
            case "unset" -> {
                rest.forEach(variables::remove);
                yield true;
            }
            case "load_env" -> loadEnvironment(rest);
            case "[" -> test(rest.isEmpty() ? rest : rest.subList(0, rest.size() - 1));
            case "test" -> test(rest);
            case "search", "search.fs_uuid", "search.fs_label", "search.file" -> search(name, rest);
            case "source", ".", "configfile", "normal" -> source(rest);
            case "menuentry" -> entry(rest, command);
            case "submenu" -> submenu(rest, command);
            case "blscfg" -> loaderEntries();
            case "linux", "linux16", "linuxefi" -> kernel(rest, command.line());
            case "initrd", "initrd16", "initrdefi" -> initramfs(rest);
            case "setparams" -> {
                variables.arguments(rest);
                yield true;
            }
            // What these find out depends on hardware or fonts; menus ask them for looks and for keys held down.
            case "false", "keystatus", "loadfont", "background_image", "hwmatch" -> false;
            default -> true;
        };
    }

    private boolean assign(String assignment) {
        variables.assign(assignment);
        return true;
    }

    private boolean call(List<Statement> body, List<String> with) throws IOException {
        GrubVariables mine = variables;
        List<String> before = mine.arguments();
        mine.arguments(with);
        boolean result = run(body);
        mine.arguments(before);
        return result;
    }

    private boolean test(List<String> words) throws IOException {
        return GrubTest.holds(words, files, path -> files.named(path, variable("root")));
    }

    /** Variables from a GRUB environment block: lines {@code name=value} behind a first line of comment, padded with {@code #}. */
    private boolean loadEnvironment(List<String> words) throws IOException {
        Optional<String> path = Optional.of(directory + "/grubenv");
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if ((word.equals("-f") || word.equals("--file")) && i + 1 < words.size()) {
                path = files.named(words.get(++i), variable("root"));
            } else if (word.startsWith("--file=")) {
                path = files.named(word.substring(7), variable("root"));
            } else if (!word.startsWith("-")) {
                wanted.add(word);
            }
        }
        Optional<String> text = path.isEmpty() ? Optional.empty() : text(path.get());
        text.ifPresent(block -> block.lines()
                .filter(line -> !line.startsWith("#") && line.indexOf('=') > 0)
                .filter(line -> wanted.isEmpty() || wanted.contains(line.substring(0, line.indexOf('='))))
                .forEach(variables::assign));
        return text.isPresent();
    }

    private boolean search(String command, List<String> words) {
        String kind = command.equals("search.fs_label") ? "LABEL=" : command.equals("search.file") ? "FILE=" : "UUID=";
        String variable = "root";
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            switch (word) {
                case "--fs-uuid", "-u" -> kind = "UUID=";
                case "--label", "-l", "--fs-label" -> kind = "LABEL=";
                case "--file", "-f" -> kind = "FILE=";
                case "--set", "-s" -> {
                    // "--set root X" and "--set=root X" and, without a name, "--set X".
                    boolean named = i + 2 < words.size() && !words.get(i + 1).startsWith("-");
                    variable = named ? words.get(++i) : "root";
                }
                case "--hint", "-h" -> i++;
                default -> {
                    if (word.startsWith("--set=")) {
                        variable = word.substring(6);
                    } else if (!word.startsWith("-")) {
                        plain.add(word);
                    }
                }
            }
        }
        if (plain.isEmpty()) {
            return false;
        }
        boolean dotted = command.contains(".");
        variables.put(dotted && plain.size() > 1 ? plain.get(1) : variable, kind + plain.getFirst());
        return true;
    }

    private boolean source(List<String> words) throws IOException {
        Optional<String> path = words.isEmpty() ? Optional.empty() : files.named(words.getFirst(), variable("root"));
        Optional<String> text = path.isEmpty() ? Optional.empty() : text(path.get());
        if (text.isEmpty()) {
            return false;
        }
        String before = file;
        file = path.get();
        boolean result = run(GrubParser.parse(text.get()));
        file = before;
        return result;
    }

    /** Title, id and the other words that become the entry's {@code $2} and on. */
    private record Heading(String title, Optional<String> id, List<String> others) {
        private static Heading of(List<String> words) {
            Optional<String> title = Optional.empty();
            Optional<String> id = Optional.empty();
            List<String> others = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (List.of("--class", "--users", "--hotkey", "--source").contains(word)) {
                    i++;
                } else if (word.equals("--id") && i + 1 < words.size()) {
                    id = Optional.of(words.get(++i));
                } else if (word.startsWith("--id=")) {
                    id = Optional.of(word.substring(5));
                } else if (!word.startsWith("--")) {
                    if (title.isEmpty()) {
                        title = Optional.of(word);
                    } else {
                        others.add(word);
                    }
                }
            }
            return new Heading(title.orElse(""), id, others);
        }
    }

    private boolean entry(List<String> words, Statement.Command command) throws IOException {
        if (boot.isPresent() || command.block().isEmpty() || ++nodeCount > MOST_NODES) {
            return false;
        }
        Heading heading = Heading.of(words);
        GrubVariables before = variables;
        variables = variables.copy();
        Boot mine = new Boot();
        boot = Optional.of(mine);
        List<String> parameters = new ArrayList<>(List.of(heading.title()));
        parameters.addAll(heading.others());
        call(command.block().get(), parameters);
        boot = Optional.empty();
        variables = before;
        add(heading.title(), heading.id(), mine);
        return true;
    }

    private void add(String title, Optional<String> id, Boot mine) throws IOException {
        String device = mine.device.orElse("");
        Optional<String> kernel = Optional.empty();
        if (mine.kernel.isPresent()) {
            kernel = Optional.of(locate(mine.kernel.get(), device));
        }
        List<String> initramfs = new ArrayList<>();
        for (String path : mine.initramfs) {
            if (initramfs.size() < MOST_INITRAMFS) {
                initramfs.add(locate(path, device));
            }
        }
        nodes.add(new Node.Choice(new BootEntry(
                menu,
                title,
                id,
                kernel,
                List.copyOf(initramfs),
                mine.commandLine,
                mine.device.filter(name -> !name.isEmpty()),
                mine.line)));
    }

    private String locate(String spelled, String root) throws IOException {
        if (spelled.startsWith("(") && spelled.indexOf(')') > 0) {
            int end = spelled.indexOf(')');
            return files.locate(spelled.substring(1, end), spelled.substring(end + 1));
        }
        return files.locate(root, spelled);
    }

    private boolean submenu(List<String> words, Statement.Command command) throws IOException {
        if (boot.isPresent() || command.block().isEmpty() || ++nodeCount > MOST_NODES) {
            return false;
        }
        Heading heading = Heading.of(words);
        List<Node> outside = nodes;
        List<String> outsideMenu = menu;
        GrubVariables before = variables;
        variables = variables.copy();
        nodes = new ArrayList<>();
        List<String> path = new ArrayList<>(menu);
        path.add(heading.title());
        menu = List.copyOf(path);
        call(command.block().get(), List.of(heading.title()));
        outside.add(new Node.Submenu(heading.title(), heading.id(), nodes));
        nodes = outside;
        menu = outsideMenu;
        variables = before;
        return true;
    }

    private boolean kernel(List<String> words, int line) {
        if (boot.isPresent() && !words.isEmpty()) {
            Boot mine = boot.get();
            mine.kernel = Optional.of(words.getFirst());
            mine.commandLine = String.join(" ", words.subList(1, words.size()));
            mine.device = Optional.of(variable("root"));
            mine.line = file.equals(mainFile) ? line : -1;
        }
        return true;
    }

    private boolean initramfs(List<String> words) {
        boot.ifPresent(mine -> mine.initramfs =
                words.stream().filter(word -> !word.startsWith("-")).toList());
        return true;
    }

    /** Entries as the Boot Loader Specification has them, which Fedora's GRUB reads from {@code /boot/loader/entries}. */
    private boolean loaderEntries() throws IOException {
        for (LoaderEntry entry : LoaderEntry.list(files.files(), "/boot/loader/entries")) {
            if (++nodeCount > MOST_NODES) {
                return false;
            }
            Boot mine = new Boot();
            mine.kernel = entry.first("linux");
            mine.commandLine = variables.expandText(String.join(" ", entry.all("options")));
            mine.initramfs = entry.all("initrd").stream()
                    .flatMap(value ->
                            java.util.Arrays.stream(variables.expandText(value).split("[ \t]+")))
                    .filter(value -> !value.isEmpty())
                    .toList();
            mine.device = Optional.of(variable("root"));
            add(entry.first("title").orElse(entry.id()), Optional.of(entry.id()), mine);
        }
        return true;
    }
}
