package io.nokv.benchmark.raft;

import io.nokv.raft.admin.RaftAdminService;
import io.nokv.raft.store.RaftStoreOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One store as a process, with the options of production. Arguments: id, directory, and {@code id=host:port} of every store
 * of the cluster, its own among them. Ends when it is killed.
 */
final class MemberProcess {
    private MemberProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        long id = Long.parseLong(arguments[0]);
        Map<Long, String> addresses = new TreeMap<>();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            addresses.put(Long.parseLong(arguments[i].substring(0, equals)), arguments[i].substring(equals + 1));
        }
        String own = addresses.get(id);
        int port = Integer.parseInt(own.substring(own.lastIndexOf(':') + 1));
        StoreNode node = new StoreNode(id, Path.of(arguments[1]), port, addresses::get, RaftStoreOptions.defaults(),
                new RowApplier(), made -> List.of(RaftAdminService.of(made::raft), RowService.of(made)));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(node::close));
        Thread.currentThread().join();
    }
}
