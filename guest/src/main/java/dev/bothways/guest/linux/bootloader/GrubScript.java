package dev.bothways.guest.linux.bootloader;

import java.util.List;
import java.util.Optional;

/** The shape of a GRUB 2 script (GRUB manual, "Writing full configuration files directly"). */
final class GrubScript {
    private GrubScript() {}

    /** A piece of a word. Unquoted values of variables are split at blanks. */
    sealed interface Part {
        record Text(String text) implements Part {}

        record Variable(String name, boolean quoted) implements Part {}
    }

    /** A word before its variables are replaced; {@code quoted} where any quote made it one even if it is empty. */
    record Word(List<Part> parts, boolean quoted) {

        /** Its text, where it has no variables. */
        Optional<String> literal() {
            StringBuilder text = new StringBuilder();
            for (Part part : parts) {
                switch (part) {
                    case Part.Text piece -> text.append(piece.text());
                    case Part.Variable _ -> {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(text.toString());
        }

        /** Whether it is exactly this text, unquoted. */
        boolean is(String text) {
            return !quoted && literal().filter(text::equals).isPresent();
        }
    }

    /** A token: a word, or the end of a command. */
    sealed interface Token {
        int line();

        record Item(Word word, int line) implements Token {}

        record End(int line) implements Token {}
    }

    sealed interface Statement {
        /** A command, with the block that follows it ({@code menuentry}, {@code submenu}). */
        record Command(List<Word> words, Optional<List<Statement>> block, int line) implements Statement {}

        record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

        record Loop(List<Statement> condition, boolean until, List<Statement> body) implements Statement {}

        record For(String variable, List<Word> values, List<Statement> body) implements Statement {}

        record Function(String name, List<Statement> body) implements Statement {}
    }

    record Branch(List<Statement> condition, List<Statement> body) {}
}
