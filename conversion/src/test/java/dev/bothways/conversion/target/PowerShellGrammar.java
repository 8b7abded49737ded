package dev.bothways.conversion.target;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The grammar of PowerShell in tree-sitter, from npm: the oracle of our scripts' syntax. */
final class PowerShellGrammar {
    private static final Path FOLDER = Path.of("target", "powershell-grammar").toAbsolutePath();
    private static final String[] PACKAGES = {"web-tree-sitter@0.27.1", "tree-sitter-powershell@0.26.4"};

    private final Oracle node;
    private final Path script;

    private PowerShellGrammar(Oracle node, Path script) {
        this.node = node;
        this.script = script;
    }

    /** The grammar; the calling test ends here where it cannot be had. */
    static PowerShellGrammar require() throws IOException {
        Oracle node = Oracle.require("node");
        if (!Files.exists(FOLDER.resolve("node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm"))) {
            Files.createDirectories(FOLDER);
            Oracle.Result installed = Oracle.require("npm")
                    .run(
                            "install",
                            "--prefix",
                            FOLDER,
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            PACKAGES[0],
                            PACKAGES[1]);
            Oracle.require(
                    installed.exitCode() == 0, "the grammar of PowerShell, which npm fetches: " + installed.output());
        }
        Path script = FOLDER.resolve("powershell-structure.mjs");
        try (InputStream in = PowerShellGrammar.class.getResourceAsStream("powershell-structure.mjs")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return new PowerShellGrammar(node, script);
    }

    /** The types of a script's nodes, indented; an assertion fails where the script has an error. */
    String structure(String text) throws IOException {
        Path file = Files.writeString(FOLDER.resolve("script.ps1"), text);
        // the optimising compiler would work on the whole grammar before node may end
        return node.run("--liftoff-only", script, FOLDER, file).orFail().output();
    }
}
