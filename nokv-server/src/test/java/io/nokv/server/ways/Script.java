package io.nokv.server.ways;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A script with its answers between the statements. A statement ends with ';' at the end of a line; an answer's lines begin
 * with "| ", "> ", "= " or "! "; lines that begin with '#' between statements are for people.
 *
 * @param parts in order; a line for people, or empty, is a part without a statement
 */
record Script(List<Part> parts) {
    /**
     * @param text as written, answers excluded, with the newline at its end
     * @param isStatement whether it is one; else it is a line for people
     * @param answer the lines, each with its newline
     */
    record Part(String text, boolean isStatement, String answer) {
        String sql() {
            return text.strip();
        }

        boolean fails() {
            return answer.startsWith("! ");
        }
    }

    static Script parse(String file) {
        List<Part> parts = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : file.lines().toList()) {
            if (open.isEmpty() && isAnswer(line)) {
                Part last = parts.removeLast();
                parts.add(new Part(last.text, last.isStatement, last.answer + line + "\n"));
            } else if (open.isEmpty() && (line.isBlank() || line.startsWith("#"))) {
                parts.add(new Part(line + "\n", false, ""));
            } else {
                open.append(line).append('\n');
                if (line.endsWith(";")) {
                    parts.add(new Part(open.toString(), true, ""));
                    open.setLength(0);
                }
            }
        }
        if (!open.isEmpty()) {
            throw new AssertionError("a statement without its end: " + open);
        }
        return new Script(parts);
    }

    private static boolean isAnswer(String line) {
        return line.startsWith("| ") || line.startsWith("> ") || line.startsWith("= ") || line.startsWith("! ");
    }

    List<Part> statements() {
        return parts.stream().filter(Part::isStatement).toList();
    }

    /** The file with the answers that {@code answers} gives to the text of each statement. */
    String answeredBy(UnaryOperator<String> answers) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            out.append(part.text);
            if (part.isStatement) {
                out.append(answers.apply(part.sql()));
            }
        }
        return out.toString();
    }
}
