package dev.bothways.cli;

import java.io.PrintWriter;
import java.util.List;

/** Rows in columns. */
final class Table {
    private static final int GAP = 2;

    private Table() {}

    /** Prints rows of equally many cells; the last column may be of any width. */
    static void print(List<List<String>> rows, PrintWriter out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], SafeText.of(row.get(i)).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = SafeText.of(row.get(i));
                line.append(cell);
                if (i < columns - 1) {
                    line.repeat(' ', widths[i] - cell.length() + GAP);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
