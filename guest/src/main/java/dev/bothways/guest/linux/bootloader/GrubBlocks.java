package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.GrubScript.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the blocks of a GRUB script begin and end: those of entries, submenus and functions. */
record GrubBlocks(List<Block> blocks) {
    private static final Set<String> KEYWORDS = Set.of("then", "else", "do", "if", "elif", "while", "until");

    /**
     * A block.
     *
     * @param head the command that it belongs to: {@code menuentry}
     * @param start index of the line where that command begins
     * @param end index of the line with the closing brace
     */
    record Block(String head, int start, int end) {
        boolean isEntry() {
            return head.equals("menuentry") || head.equals("hiddenentry");
        }

        private boolean holds(Block other) {
            return start <= other.start && other.end <= end && !equals(other);
        }
    }

    private record Open(String head, int start) {}

    static GrubBlocks of(String text) {
        List<Block> blocks = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        Open command = new Open("", 0);
        boolean begins = true;
        for (Token token : GrubLexer.tokens(text)) {
            switch (token) {
                case Token.End _ -> begins = true;
                case Token.Item item
                when item.word().is("{") -> {
                    open.push(begins ? new Open("", item.line()) : command);
                    begins = true;
                }
                case Token.Item item
                when item.word().is("}") -> {
                    if (!open.isEmpty()) {
                        Open block = open.pop();
                        blocks.add(new Block(block.head(), block.start(), item.line()));
                    }
                    begins = true;
                }
                case Token.Item item -> {
                    String word = item.word().literal().orElse("");
                    if (begins) {
                        command = new Open(word, item.line());
                    }
                    begins = begins && KEYWORDS.contains(word);
                }
            }
        }
        return new GrubBlocks(List.copyOf(blocks));
    }

    /** The block whose command begins on a line. */
    Optional<Block> startingAt(int line) {
        return blocks.stream().filter(block -> block.start() == line).findFirst();
    }

    /** The block that ends on a line. */
    Optional<Block> endingAt(int line) {
        return blocks.stream().filter(block -> block.end() == line).findFirst();
    }

    /** Entries inside of a block, in order. */
    List<Block> entriesIn(Block outer) {
        return blocks.stream()
                .filter(block -> block.isEntry() && outer.holds(block))
                .sorted(java.util.Comparator.comparingInt(Block::start))
                .toList();
    }
}
