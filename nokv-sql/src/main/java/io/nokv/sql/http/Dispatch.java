package io.nokv.sql.http;

import io.nokv.sql.avatica.Failures;
import org.apache.calcite.avatica.remote.Service;

/** Calls the method of a service that fits the request: Avatica's own double dispatch is not public. */
final class Dispatch {
    private Dispatch() {}

    static Service.Response apply(Service service, Service.Request request) {
        return switch (request) {
            case Service.ExecuteRequest r -> service.apply(r);
            case Service.FetchRequest r -> service.apply(r);
            case Service.PrepareAndExecuteRequest r -> service.apply(r);
            case Service.PrepareRequest r -> service.apply(r);
            case Service.CreateStatementRequest r -> service.apply(r);
            case Service.CloseStatementRequest r -> service.apply(r);
            case Service.CommitRequest r -> service.apply(r);
            case Service.RollbackRequest r -> service.apply(r);
            case Service.ConnectionSyncRequest r -> service.apply(r);
            case Service.ExecuteBatchRequest r -> service.apply(r);
            case Service.PrepareAndExecuteBatchRequest r -> service.apply(r);
            case Service.OpenConnectionRequest r -> service.apply(r);
            case Service.CloseConnectionRequest r -> service.apply(r);
            case Service.SyncResultsRequest r -> service.apply(r);
            case Service.DatabasePropertyRequest r -> service.apply(r);
            case Service.CatalogsRequest r -> service.apply(r);
            case Service.SchemasRequest r -> service.apply(r);
            case Service.TablesRequest r -> service.apply(r);
            case Service.TableTypesRequest r -> service.apply(r);
            case Service.TypeInfoRequest r -> service.apply(r);
            case Service.ColumnsRequest r -> service.apply(r);
            case null, default ->
                throw Failures.of("0A000", "REQUEST_NOT_SUPPORTED", "this request is not supported");
        };
    }
}
