package io.resourcesync.dragonpass.main;

import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spring.spi.LegacyTransactionErrorHandlerBuilder;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.apache.camel.spring.spi.TransactionErrorHandler;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Transactions whose failures are reported by the routes around them, which try again, in one line. Camel
 * would log each of them before, as an error with its stack trace.
 */
final class ReportedTransactions extends SpringTransactionPolicy {

    ReportedTransactions(PlatformTransactionManager manager) {
        super(manager);
    }

    @Override
    @SuppressWarnings("deprecation") // what Camel itself hands over, having no other
    protected TransactionErrorHandler createTransactionErrorHandler(
            Route route, Processor processor, ErrorHandlerFactory factory) {
        if (factory instanceof LegacyTransactionErrorHandlerBuilder handler) {
            handler.setRollbackLoggingLevel(LoggingLevel.DEBUG);
            handler.loggingLevel(LoggingLevel.DEBUG);
        }
        return super.createTransactionErrorHandler(route, processor, factory);
    }
}
