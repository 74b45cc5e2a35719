package io.resourcesync.dragonpass.karaf;

import io.resourcesync.dragonpass.main.SettingsException;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the product as its configuration says: starts it with the first, starts it again with each that
 * differs, and stays stopped with one that is wrong until the next. This one brings its own Camel;
 * {@link SharedCamelActivator} uses that of the runtime.
 */
public class Activator implements BundleActivator {

    /** The configuration is {@code etc/<pid>.cfg}. */
    static final String PID = "io.resourcesync.dragonpass";

    /** One saved file can arrive as several updates. */
    private static final long SETTLED_MILLIS = 200;

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.karaf");

    private final ScheduledExecutorService lifecycle =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "dragonpass-lifecycle"));

    private final Drivers drivers = new Drivers();

    private BundleContext bundle;
    private ServiceRegistration<ManagedService> configuration;
    private Future<?> change;
    private boolean stopped;
    private Map<String, String> settings;
    private HostedMain running;
    private ServiceRegistration<ResourceSync> service;

    @Override
    public final void start(BundleContext context) {
        bundle = context;
        // HSQLDB would otherwise replace the configuration of java.util.logging of the whole JVM.
        System.setProperty("hsqldb.reconfig_logging", "false");
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_PID, PID);
        configuration = context.registerService(ManagedService.class, this::updated, properties);
    }

    /** Answers what is in flight before it returns. */
    @Override
    public final void stop(BundleContext context) throws InterruptedException {
        configuration.unregister();
        followNoMore();
        try {
            lifecycle.submit(this::halt).get();
        } catch (ExecutionException e) {
            LOG.warn("Did not stop in order", e.getCause());
        } finally {
            lifecycle.shutdownNow();
            drivers.deregister();
            forgetRecords();
        }
    }

    /**
     * The JDK's {@code ObjectMethods} keep the types for which they last made an {@code equals} and a {@code
     * hashCode} of a record, and by them the loader of this bundle. After this they are types of the JDK.
     */
    private static void forgetRecords() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle name = lookup.findVirtual(Thread.class, "getName", MethodType.methodType(String.class));
            MethodType equals = MethodType.methodType(boolean.class, Thread.class, Object.class);
            MethodType hashCode = MethodType.methodType(int.class, Thread.class);
            ObjectMethods.bootstrap(lookup, "equals", equals, Thread.class, "name", name);
            ObjectMethods.bootstrap(lookup, "hashCode", hashCode, Thread.class, "name", name);
        } catch (Throwable e) {
            LOG.debug("The class loader of this bundle may stay reachable", e);
        }
    }

    private synchronized void updated(Dictionary<String, ?> properties) {
        if (stopped) {
            return;
        }
        forgetChange();
        Map<String, String> wanted = properties == null ? null : own(properties);
        change = lifecycle.schedule(() -> change(wanted), SETTLED_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** An update that is on its way meanwhile must not start what has just been stopped. */
    private synchronized void followNoMore() {
        stopped = true;
        forgetChange();
    }

    private void forgetChange() {
        if (change != null) {
            change.cancel(false);
        }
    }

    /** Without what the runtime adds for itself, and with its folders named, which not every way to set it does. */
    private Map<String, String> own(Dictionary<String, ?> properties) {
        Map<String, String> own = new TreeMap<>();
        for (String name : Collections.list(properties.keys())) {
            if (!name.matches("(service|felix\\.fileinstall|org\\.apache\\.karaf)\\..*")) {
                own.put(name, HostedMain.resolved(bundle, String.valueOf(properties.get(name))));
            }
        }
        return own;
    }

    private void change(Map<String, String> wanted) {
        try {
            follow(wanted);
        } catch (Throwable e) {
            // Whoever scheduled this does not look at it.
            LOG.error("The configuration could not be followed: save it again, or restart this bundle", e);
        }
    }

    private void follow(Map<String, String> wanted) {
        if (wanted != null && wanted.equals(settings)) {
            return;
        }
        // So that, if the stop fails, the same configuration can be tried again.
        settings = null;
        halt();
        if (wanted == null) {
            LOG.info("There is no configuration: put one into etc/{}.cfg", PID);
        } else {
            settings = wanted;
            run();
        }
    }

    private void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        HostedMain main = null;
        try {
            main = main(bundle, settings);
            thread.setContextClassLoader(main.classes());
            main.open();
            service = bundle.registerService(ResourceSync.class, main, null);
            running = main;
        } catch (Throwable e) {
            // Also a class that cannot be loaded, as of an edited route: what was opened must not stay open.
            LOG.error("Cannot start: {}", SettingsException.sentence(e));
            LOG.debug("The whole exception", e);
            if (main != null) {
                main.close();
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void halt() {
        if (running == null) {
            return;
        }
        HostedMain stopping = running;
        running = null;
        try {
            service.unregister();
        } finally {
            stopping.close();
        }
        LOG.info("Stopped: open batches go on with the next start");
    }

    /** With the Camel inside this bundle. */
    HostedMain main(BundleContext context, Map<String, String> wanted) throws IOException {
        return new HostedMain(context, wanted);
    }
}
