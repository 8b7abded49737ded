package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.GrubScript.Part;
import dev.bothways.guest.linux.bootloader.GrubScript.Token;
import dev.bothways.guest.linux.bootloader.GrubScript.Word;
import java.util.ArrayList;
import java.util.List;

/** Cuts a GRUB script into words and ends of commands: quotes, variables, escapes, comments, continued lines. */
final class GrubLexer {
    private static final String SPECIAL = "{}|&<>;";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line;

    private List<Part> parts = new ArrayList<>();
    private final StringBuilder piece = new StringBuilder();
    private boolean inWord;
    private boolean quoted;

    private GrubLexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        GrubLexer lexer = new GrubLexer(text.replace("\r\n", "\n"));
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case '\n' -> {
                    endWord();
                    tokens.add(new Token.End(line++));
                }
                case ' ', '\t' -> endWord();
                case ';' -> {
                    endWord();
                    tokens.add(new Token.End(line));
                }
                case '\'' -> single();
                case '"' -> doubled();
                case '\\' -> escape();
                case '$' -> variable(false);
                case '#' -> {
                    if (inWord) {
                        put(c);
                    } else {
                        comment();
                    }
                }
                default -> {
                    if (SPECIAL.indexOf(c) >= 0) {
                        endWord();
                        put(c);
                        endWord();
                    } else {
                        put(c);
                    }
                }
            }
        }
        endWord();
        tokens.add(new Token.End(line));
    }

    private void put(char c) {
        inWord = true;
        piece.append(c);
    }

    private void endPiece() {
        if (!piece.isEmpty()) {
            parts.add(new Part.Text(piece.toString()));
            piece.setLength(0);
        }
    }

    private void endWord() {
        if (inWord) {
            endPiece();
            tokens.add(new Token.Item(new Word(List.copyOf(parts), quoted), line));
            parts = new ArrayList<>();
            inWord = false;
            quoted = false;
        }
    }

    private void comment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void escape() {
        if (at == text.length()) {
            return;
        }
        char c = text.charAt(at++);
        if (c == '\n') {
            line++;
        } else {
            put(c);
            quoted = true;
        }
    }

    private void single() {
        inWord = true;
        quoted = true;
        while (at < text.length() && text.charAt(at) != '\'') {
            putCountingLines(text.charAt(at++));
        }
        at++;
    }

    private void doubled() {
        inWord = true;
        quoted = true;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '$') {
                variable(true);
            } else if (c == '\\' && at < text.length() && "$\"\\\n".indexOf(text.charAt(at)) >= 0) {
                char escaped = text.charAt(at++);
                if (escaped == '\n') {
                    line++;
                } else {
                    put(escaped);
                }
            } else {
                putCountingLines(c);
            }
        }
        at++;
    }

    private void putCountingLines(char c) {
        if (c == '\n') {
            line++;
        }
        put(c);
    }

    private void variable(boolean inQuotes) {
        int start = at;
        String name;
        if (at < text.length() && text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            if (end < 0) {
                put('$');
                return;
            }
            name = text.substring(at + 1, end);
            at = end + 1;
        } else if (at < text.length() && "?@*#0123456789".indexOf(text.charAt(at)) >= 0) {
            name = text.substring(at, at + 1);
            at++;
        } else {
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
            name = text.substring(start, at);
        }
        if (name.isEmpty()) {
            put('$');
            return;
        }
        inWord = true;
        endPiece();
        parts.add(new Part.Variable(name, inQuotes));
    }
}
