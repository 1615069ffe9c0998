package io.nokv.benchmark.raft;

import io.nokv.benchmark.group.GroupMain;
import java.nio.file.Path;
import java.util.Arrays;

/** The process that measures ours, or etcd. */
final class GroupProcess {
    private GroupProcess() {}

    /** Arguments: nokv, nokv_count, nokv_64, nokv_3 or etcd, those of {@link GroupMain#run}, then for etcd where its program is. */
    public static void main(String[] arguments) throws Exception {
        GroupMain.Maker maker = switch (arguments[0]) {
            case "nokv" -> directory -> NokvGroup.ofRows(directory, 1);
            case "nokv_count" -> NokvGroup::ofCounts;
            case "nokv_64" -> directory -> NokvGroup.ofRows(directory, 64);
            case "nokv_3" -> NokvProcesses::new;
            case "etcd" -> directory -> new EtcdGroup(Path.of(arguments[7]), directory);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        GroupMain.run(maker, Arrays.copyOfRange(arguments, 1, 7));
        System.exit(0);
    }
}
