package io.nokv.sql.parse;

import io.nokv.sql.error.SqlState;
import java.util.List;

/** Statements about transactions, recognised by their words. */
public enum ControlStatement {
    BEGIN, BEGIN_READ_ONLY, COMMIT, ROLLBACK;

    /** Null for any other statement; 0A000 for savepoints and isolation levels that are not had. */
    public static ControlStatement of(StatementText text) {
        List<String> words = text.words();
        if (words.isEmpty()) {
            return null;
        }
        String rest = String.join(" ", words.subList(1, words.size()));
        return switch (words.getFirst()) {
            case "BEGIN" -> begin(rest.replaceFirst("^(TRANSACTION|WORK) ?", ""));
            case "START" -> {
                if (!rest.startsWith("TRANSACTION")) {
                    yield null;
                }
                yield begin(rest.substring("TRANSACTION".length()).strip());
            }
            case "COMMIT" -> end(COMMIT, rest);
            case "ROLLBACK" -> end(ROLLBACK, rest);
            case "SAVEPOINT", "RELEASE" -> throw SqlState.NOT_SUPPORTED.failure("savepoints are not supported");
            default -> null;
        };
    }

    private static ControlStatement begin(String modes) {
        return switch (modes) {
            case "", "READ WRITE", "ISOLATION LEVEL REPEATABLE READ", "ISOLATION LEVEL REPEATABLE READ READ WRITE" ->
                BEGIN;
            case "READ ONLY", "ISOLATION LEVEL REPEATABLE READ READ ONLY" -> BEGIN_READ_ONLY;
            default -> {
                if (modes.startsWith("ISOLATION LEVEL")) {
                    throw SqlState.NOT_SUPPORTED.failure("the isolation level is REPEATABLE READ, not: " + modes);
                }
                throw SqlState.SYNTAX_ERROR.failure("syntax error: BEGIN " + modes);
            }
        };
    }

    private static ControlStatement end(ControlStatement statement, String rest) {
        return switch (rest) {
            case "", "WORK", "TRANSACTION" -> statement;
            default -> {
                if (rest.startsWith("TO") || rest.startsWith("WORK TO")) {
                    throw SqlState.NOT_SUPPORTED.failure("savepoints are not supported");
                }
                throw SqlState.SYNTAX_ERROR.failure("syntax error: " + statement + " " + rest);
            }
        };
    }
}
