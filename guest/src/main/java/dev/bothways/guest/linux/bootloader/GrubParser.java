package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.GrubScript.Branch;
import dev.bothways.guest.linux.bootloader.GrubScript.Statement;
import dev.bothways.guest.linux.bootloader.GrubScript.Token;
import dev.bothways.guest.linux.bootloader.GrubScript.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the statements of a GRUB script. It forgives: what is left open at the end of the file is closed there, and a closing word
 * without its opening one is a command like any other.
 */
final class GrubParser {
    /** Deeper than any menu; keeps a hostile one from using up the stack. */
    private static final int DEEPEST = 100;

    private final List<Token> tokens;
    private int at;
    private int depth;

    private GrubParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static List<Statement> parse(String text) {
        return new GrubParser(GrubLexer.tokens(text)).statements();
    }

    /** Statements up to one of the closing words, which stays, or to the end. */
    private List<Statement> statements(String... closing) {
        List<Statement> statements = new ArrayList<>();
        depth++;
        while (at < tokens.size() && !closes(closing)) {
            switch (tokens.get(at)) {
                case Token.End _ -> at++;
                case Token.Item item -> statements.add(statement(item));
            }
        }
        depth--;
        return statements;
    }

    private boolean closes(String... closing) {
        for (String word : closing) {
            if (isWord(word)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWord(String word) {
        return at < tokens.size()
                && tokens.get(at) instanceof Token.Item item
                && item.word().is(word);
    }

    /** Passes over {@code word} if it stands here. */
    private void take(String word) {
        if (isWord(word)) {
            at++;
        }
    }

    private Statement statement(Token.Item first) {
        if (depth < DEEPEST) {
            String keyword = first.word().quoted() ? "" : first.word().literal().orElse("");
            switch (keyword) {
                case "if" -> {
                    return ifStatement();
                }
                case "while", "until" -> {
                    at++;
                    List<Statement> condition = statements("do");
                    return new Statement.Loop(condition, keyword.equals("until"), body());
                }
                case "for" -> {
                    return forStatement();
                }
                case "function" -> {
                    return function();
                }
                default -> {}
            }
        }
        return command(first.line());
    }

    private Statement ifStatement() {
        List<Branch> branches = new ArrayList<>();
        do {
            at++;
            List<Statement> condition = statements("then", "fi");
            take("then");
            branches.add(new Branch(condition, statements("elif", "else", "fi")));
        } while (isWord("elif"));
        List<Statement> otherwise = List.of();
        if (isWord("else")) {
            at++;
            otherwise = statements("fi");
        }
        take("fi");
        return new Statement.If(branches, otherwise);
    }

    private Statement forStatement() {
        at++;
        List<Word> head = words();
        List<Word> values = head.size() > 2 ? head.subList(2, head.size()) : List.of();
        String variable = head.isEmpty() ? "" : head.getFirst().literal().orElse("");
        statements("do");
        return new Statement.For(variable, values, body());
    }

    private List<Statement> body() {
        take("do");
        List<Statement> body = statements("done");
        take("done");
        return body;
    }

    private Statement function() {
        at++;
        List<Word> head = words();
        while (at < tokens.size() && tokens.get(at) instanceof Token.End) {
            at++;
        }
        String name = head.isEmpty() ? "" : head.getFirst().literal().orElse("");
        return new Statement.Function(name, block().orElse(List.of()));
    }

    private Statement command(int line) {
        List<Word> words = words();
        if (words.isEmpty()) {
            // A brace where a command should be.
            at++;
        }
        return new Statement.Command(words, block(), line);
    }

    /** Words up to the end of the command or a brace. */
    private List<Word> words() {
        List<Word> words = new ArrayList<>();
        while (at < tokens.size()
                && tokens.get(at) instanceof Token.Item item
                && !item.word().is("{")
                && !item.word().is("}")) {
            words.add(item.word());
            at++;
        }
        return words;
    }

    private Optional<List<Statement>> block() {
        if (!isWord("{") || depth >= DEEPEST) {
            return Optional.empty();
        }
        at++;
        List<Statement> body = statements("}");
        take("}");
        return Optional.of(body);
    }
}
