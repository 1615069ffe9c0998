package io.nokv.sql.plan;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.MetadataHandler;
import org.apache.calcite.rel.metadata.MetadataHandlerProvider;
import org.apache.calcite.rel.metadata.ProxyingMetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;

/** Calcite's metadata without its compiler: handlers by reflection, made once. Thread-safe. */
final class MetadataHandlers implements MetadataHandlerProvider {
    private static final MetadataHandlers INSTANCE = new MetadataHandlers();

    private final ProxyingMetadataHandlerProvider proxies = new ProxyingMetadataHandlerProvider(
            DefaultRelMetadataProvider.INSTANCE);
    private final Map<Class<?>, MetadataHandler<?>> made = new ConcurrentHashMap<>();

    private MetadataHandlers() {}

    static RelMetadataQuery query() {
        return new RelMetadataQuery(INSTANCE);
    }

    @Override
    public <M extends MetadataHandler<?>> M handler(Class<M> type) {
        return type.cast(made.computeIfAbsent(type, _ -> proxies.handler(type)));
    }
}
