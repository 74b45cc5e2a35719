package io.resourcesync.dragonpass.karaf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A user of the runtime's Camel, in a bundle of its own, which says all the time that it is alive. */
public final class Neighbour implements BundleActivator {

    static final String STARTED = "The neighbour has started";
    static final String ALIVE = "The neighbour is alive";

    private CamelContext context;

    @Override
    public void start(BundleContext bundle) throws Exception {
        context = new OsgiDefaultCamelContext(bundle);
        context.addRoutes(new Beat());
        context.start();
    }

    @Override
    public void stop(BundleContext bundle) {
        context.stop();
    }

    /** Makes the bundle. */
    static Path bundle(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.putValue("Manifest-Version", "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "neighbour");
        headers.putValue("Bundle-Activator", Neighbour.class.getName());
        headers.putValue("Import-Package", "org.osgi.framework,org.apache.camel,org.apache.camel.karaf.core");
        headers.putValue("DynamicImport-Package", "*");
        Path jar = folder.resolve("neighbour.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Class<?> type : new Class<?>[] {Neighbour.class, Beat.class}) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new ZipEntry(name));
                try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
                    in.transferTo(out);
                }
            }
        }
        return jar;
    }

    /** Its only route. */
    static final class Beat extends RouteBuilder {

        @Override
        public void configure() {
            from("timer:started?repeatCount=1").log(STARTED + " on Camel ${camelContext.version}");
            from("timer:alive?period=500").log(ALIVE);
        }
    }
}
