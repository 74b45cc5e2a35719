package io.resourcesync.dragonpass.karaf.shell;

import io.resourcesync.dragonpass.karaf.ResourceSync;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code resource-sync:recover}. */
@Service
@Command(
        scope = "resource-sync",
        name = "recover",
        description = "Recovers an open batch now, instead of at its deadline")
public final class Recover implements Action {

    @Reference
    private ResourceSync product;

    @Argument(name = "batch", description = "The id of the batch", required = true)
    private String batchId;

    @Override
    public Object execute() {
        int found = product.recover(batchId);
        System.out.println(
                found == 0
                        ? "There is no open batch " + batchId + " that can be recovered"
                        : "Batch " + batchId + " is recovered with the next sweep");
        return null;
    }
}
