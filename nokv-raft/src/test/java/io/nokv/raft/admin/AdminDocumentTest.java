package io.nokv.raft.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.proto.raft.v1.AdminProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/raft-network.md} lists the calls and the reasons that there are. */
class AdminDocumentTest {
    /** The rows of the table with {@code header} as its first column, without it. */
    private static List<List<String>> table(String header) throws IOException {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("docs/raft-network.md"))) {
            at = at.getParent();
        }
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(at.resolve("docs/raft-network.md"))) {
            if (line.startsWith("| " + header + " |")) {
                inside = true;
            } else if (!line.startsWith("|")) {
                inside = false;
            } else if (inside && !line.startsWith("|---")) {
                rows.add(Arrays.stream(line.substring(1).split("\\|")).map(cell -> cell.strip().replace("`", ""))
                        .toList());
            }
        }
        return rows;
    }

    @Test
    void everyCallIsListedWithItsMessages() throws IOException {
        List<List<String>> defined = AdminProto.getDescriptor().findServiceByName("RaftAdmin").getMethods().stream()
                .map(call -> List.of(call.getName(), call.getInputType().getName(), call.getOutputType().getName()))
                .toList();
        assertEquals(defined, table("RPC").stream().map(row -> row.subList(0, 3)).toList());
    }

    @Test
    void everyReasonIsListedWithItsStatus() throws IOException {
        List<List<String>> defined = Arrays.stream(AdminReason.values())
                .map(reason -> List.of(reason.name(), reason.code().name())).toList();
        assertEquals(defined, table("reason").stream().map(row -> row.subList(0, 2)).toList());
    }
}
