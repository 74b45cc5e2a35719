package io.resourcesync.dragonpass.karaf.shell;

import io.resourcesync.dragonpass.karaf.ResourceSync;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code resource-sync:quarantine}. */
@Service
@Command(scope = "resource-sync", name = "quarantine", description = "Looks at quarantined events, or replays them")
public final class Quarantine implements Action {

    @Reference
    private ResourceSync product;

    @Argument(
            name = "arguments",
            description = "list [REASON] | show ID | replay ID | replay REASON | replay all",
            required = true,
            multiValued = true)
    private List<String> arguments;

    @Override
    public Object execute() {
        product.quarantine(arguments, System.out);
        return null;
    }
}
