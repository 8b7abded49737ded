package dev.bothways.guest.fixup;

import java.util.ArrayList;
import java.util.List;

/** Which lines differ between two texts: those that only the first has as {@code -line}, then the second's as {@code +line}. */
final class LineChanges {
    /** Configuration files are shorter; beyond this the whole middle is shown as changed. */
    private static final int LARGEST_TABLE = 4_000_000;

    private LineChanges() {}

    static List<String> between(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> young = after.lines().toList();
        int start = 0;
        while (start < old.size() && start < young.size() && old.get(start).equals(young.get(start))) {
            start++;
        }
        int end = 0;
        while (end < old.size() - start
                && end < young.size() - start
                && old.get(old.size() - 1 - end).equals(young.get(young.size() - 1 - end))) {
            end++;
        }
        return middle(old.subList(start, old.size() - end), young.subList(start, young.size() - end));
    }

    private static List<String> middle(List<String> old, List<String> young) {
        List<String> changes = new ArrayList<>();
        if ((long) (old.size() + 1) * (young.size() + 1) > LARGEST_TABLE) {
            old.forEach(line -> changes.add("-" + line));
            young.forEach(line -> changes.add("+" + line));
            return changes;
        }
        int[][] common = commonLines(old, young);
        int i = 0;
        int j = 0;
        while (i < old.size() || j < young.size()) {
            if (i < old.size() && j < young.size() && old.get(i).equals(young.get(j))) {
                i++;
                j++;
            } else if (i < old.size() && (j == young.size() || common[i + 1][j] >= common[i][j + 1])) {
                changes.add("-" + old.get(i++));
            } else {
                changes.add("+" + young.get(j++));
            }
        }
        return changes;
    }

    /** How many lines the texts have in common from each pair of lines on. */
    private static int[][] commonLines(List<String> old, List<String> young) {
        int[][] common = new int[old.size() + 1][young.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = young.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(young.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
