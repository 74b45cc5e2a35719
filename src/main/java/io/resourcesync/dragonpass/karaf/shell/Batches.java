package io.resourcesync.dragonpass.karaf.shell;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.karaf.ResourceSync;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code resource-sync:batches}. */
@Service
@Command(scope = "resource-sync", name = "batches", description = "Lists the open batches")
public final class Batches implements Action {

    @Reference
    private ResourceSync product;

    @Override
    public Object execute() {
        ShellTable table = new ShellTable();
        for (String column : new String[] {"Program", "Event type", "Batch", "Stored", "Due", "Attempts"}) {
            table.column(column);
        }
        for (ResourceSync.OpenBatch batch : product.openBatches()) {
            table.addRow()
                    .addContent(
                            BatchKey.printable(batch.programId()),
                            batch.eventType(),
                            BatchKey.printable(batch.batchId()),
                            batch.stored() + " of " + batch.total(),
                            batch.deadline(),
                            batch.recoveryAttempts());
        }
        table.print(System.out);
        return null;
    }
}
