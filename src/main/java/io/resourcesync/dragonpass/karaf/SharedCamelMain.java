package io.resourcesync.dragonpass.karaf;

import java.io.IOException;
import java.net.URL;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.TypeConverter;
import org.apache.camel.karaf.core.AbstractOsgiDefaultCamelContext;
import org.apache.camel.karaf.core.OsgiCamelContextHelper;
import org.apache.camel.karaf.core.OsgiCamelContextPublisher;
import org.apache.camel.karaf.core.OsgiClassResolver;
import org.apache.camel.karaf.core.OsgiTypeConverter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;

/**
 * On the Camel of the runtime: components come from its bundles, and its {@code camel:} commands see
 * the CamelContext.
 */
final class SharedCamelMain extends HostedMain {

    private final BundleContext bundle;

    SharedCamelMain(BundleContext bundle, Map<String, String> settings) throws IOException {
        super(bundle, settings);
        this.bundle = bundle;
        bind("contextPublisher", new OsgiCamelContextPublisher(bundle));
    }

    @Override
    protected CamelContext createCamelContext() {
        Context context = new Context();
        OsgiCamelContextHelper.osgiUpdate(context, bundle);
        context.setClassResolver(new EditedFirst(context));
        context.getCamelContextExtension().setRegistry(registry);
        return context;
    }

    private final class Context extends AbstractOsgiDefaultCamelContext {

        Context() {
            super(bundle);
        }

        /** The converters of the runtime's bundles, which only a bundle that sees Camel's core may ask for. */
        @Override
        protected TypeConverter createTypeConverter() {
            BundleContext core =
                    FrameworkUtil.getBundle(OsgiTypeConverter.class).getBundleContext();
            return new OsgiTypeConverter(core, this, getInjector());
        }
    }

    /**
     * Camel's own asks the bundle first, where the packaged files are; and a bundle does not see the files
     * that lie beside the classes that it imports, where components of Camel look for theirs.
     */
    private final class EditedFirst extends OsgiClassResolver {

        EditedFirst(CamelContext context) {
            super(context, bundle);
        }

        @Override
        public URL loadResourceAsURL(String uri) {
            URL edited = classes().edited(uri);
            URL found = edited != null ? edited : super.loadResourceAsURL(uri);
            return found != null ? found : besideImports(uri);
        }

        private URL besideImports(String name) {
            return bundle
                    .getBundle()
                    .adapt(BundleWiring.class)
                    .getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)
                    .stream()
                    .map(wire -> wire.getProvider().getBundle().getEntry(name))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }
}
