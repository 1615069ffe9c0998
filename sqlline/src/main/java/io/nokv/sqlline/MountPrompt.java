package io.nokv.sqlline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.AttributedString;
import sqlline.BuiltInProperty;
import sqlline.PromptHandler;
import sqlline.SqlLine;
import sqlline.SqlLineOpts;

/** {@code nokv:MOUNT> }, unless the user sets another prompt. */
final class MountPrompt extends PromptHandler {
    private static final Pattern PARAMETER = Pattern.compile("[;?&]mount=([^;&]+)");
    private static final Pattern PATH = Pattern.compile("jdbc:nokv://[^/?;]+/([^?;]+).*");

    private boolean first = true;

    MountPrompt(SqlLine line) {
        super(line);
    }

    @Override
    public AttributedString getPrompt() {
        if (first) {
            first = false;
            setSizes(sqlLine.getOpts());
        }
        boolean ours = sqlLine.getOpts().isDefault(BuiltInProperty.PROMPT)
                && sqlLine.getOpts().isDefault(BuiltInProperty.PROMPT_SCRIPT);
        return ours ? new AttributedString(prompt(sqlLine.getConnectionMetadata().getUrl())) : super.getPrompt();
    }

    /**
     * sqlline began with the size of the terminal, and shows no columns beyond it; a terminal that nobody told its size
     * (some containers) says 0, at which tables are empty.
     */
    private static void setSizes(SqlLineOpts opts) {
        opts.set(BuiltInProperty.MAX_WIDTH, NokvApplication.NO_MAX_WIDTH);
        if (opts.getInt(BuiltInProperty.MAX_HEIGHT) <= 0) {
            opts.set(BuiltInProperty.MAX_HEIGHT, 24);
        }
    }

    /** @param url null when not connected */
    static String prompt(String url) {
        if (url == null) {
            return "nokv (not connected)> ";
        }
        Matcher parameter = PARAMETER.matcher(url);
        if (parameter.find()) {
            return "nokv:" + parameter.group(1) + "> ";
        }
        Matcher path = PATH.matcher(url);
        return path.matches() ? "nokv:" + path.group(1) + "> " : "nokv> ";
    }
}
