package io.nokv.control.route;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.Invariant;
import io.nokv.raft.region.RegionDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Routes to the regions of this process. */
public final class LocalRouteTable implements RouteTable {
    private final Supplier<List<RegionDescriptor>> source;

    /** By range, gap-free, covering everything. */
    private volatile RegionDescriptor[] regions;

    /** @param source the regions as they are now, by range */
    public LocalRouteTable(Supplier<List<RegionDescriptor>> source) {
        this.source = source;
        refresh();
    }

    @Override
    public RegionDescriptor locate(byte[] key) {
        RegionDescriptor[] known = regions;
        int low = 0;
        int high = known.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Arrays.compareUnsigned(known[middle].range().from(), key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return known[low];
    }

    @Override
    public void refresh() {
        RegionDescriptor[] known = source.get().toArray(RegionDescriptor[]::new);
        Invariant.check(known.length > 0 && known[0].range().from().length == 0
                && known[known.length - 1].range().to() == null, "regions cover the key space");
        for (int i = 1; i < known.length; i++) {
            Invariant.check(Arrays.equals(known[i - 1].range().to(), known[i].range().from()),
                    "regions leave no gap at", Bytes.show(known[i].range().from()));
        }
        regions = known;
    }
}
