package io.nokv.server.cli;

import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.server.database.Database;
import picocli.CommandLine.Option;

/** Where a command finds the namespace: a data directory that nobody else has open, or a running server. */
final class NamespaceArguments extends ConfigArguments {
    @Option(names = "--addr", paramLabel = "HOST:PORT", description = "The gRPC address of a running server, instead of a data directory.")
    private String address;

    /** Null when the data directory is meant. */
    String address() {
        if (address != null && dataGiven()) {
            throw new CommandFailure(ExitCode.USAGE, "either --data or --addr, not both");
        }
        return address;
    }

    /** A data directory that does not exist yet is made. */
    OpenNamespace openOrCreate() {
        return address() == null ? embedded(openOrCreateDatabase()) : remote();
    }

    OpenNamespace openExisting() {
        return address() == null ? embedded(openExistingDatabase()) : remote();
    }

    private static OpenNamespace embedded(Database database) {
        return new OpenNamespace(database.namespace(), database::close);
    }

    private OpenNamespace remote() {
        HostPort at = HostPort.parse(address);
        NamespaceClient client = NamespaceClient.connect(at.host(), at.port());
        try {
            client.readVersion();
        } catch (NamespaceException e) {
            client.close();
            throw new CommandFailure(ExitCode.UNAVAILABLE, "the server at " + address + " cannot be reached: "
                    + e.getMessage());
        }
        return new OpenNamespace(client, client::close);
    }
}
