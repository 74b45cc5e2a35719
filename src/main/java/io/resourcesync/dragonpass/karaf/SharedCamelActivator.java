package io.resourcesync.dragonpass.karaf;

import java.io.IOException;
import java.util.Map;
import org.osgi.framework.BundleContext;

/** Runs the product on the Camel of the runtime. */
public final class SharedCamelActivator extends Activator {

    @Override
    HostedMain main(BundleContext context, Map<String, String> wanted) throws IOException {
        return new SharedCamelMain(context, wanted);
    }
}
