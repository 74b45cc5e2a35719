package io.resourcesync.dragonpass.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.EofSensorInputStream;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Limits the time that a call takes until its answer is read. The HTTP client limits the wait for each part
 * of a body, of which there can be one for every byte; and it reads to the end what nobody has read, as the
 * body of an error: here the connection is dropped instead.
 */
final class AnswerInTime implements ExecChainHandler {

    private final Duration limit;

    /**
     * @param limit after it no further part of the body is waited for
     */
    AnswerInTime(Duration limit) {
        this.limit = limit;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        long end = System.nanoTime() + limit.toNanos();
        ClassicHttpResponse response = chain.proceed(request, scope);
        HttpEntity entity = response.getEntity();
        if (entity != null && entity.getContent() instanceof EofSensorInputStream body) {
            response.setEntity(new Limited(entity, new LimitedBody(body, end)));
        }
        return response;
    }

    private static final class Limited extends HttpEntityWrapper {

        private final LimitedBody body;

        Limited(HttpEntity entity, LimitedBody body) {
            super(entity);
            this.body = body;
        }

        @Override
        public InputStream getContent() {
            return body;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private static final class LimitedBody extends InputStream {

        private final EofSensorInputStream body;
        private final long end;

        LimitedBody(EofSensorInputStream body, long end) {
            this.body = body;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            requireTime();
            return body.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            requireTime();
            return body.read(bytes, offset, length);
        }

        @Override
        public int available() throws IOException {
            return body.available();
        }

        private void requireTime() throws InterruptedIOException {
            if (System.nanoTime() - end > 0) {
                throw new InterruptedIOException("the answer takes too long");
            }
        }

        /** When only the end was left, which unpacking does not read, the connection can serve another call. */
        @Override
        public void close() throws IOException {
            try {
                read();
            } catch (IOException e) {
                // Nobody wants the rest, or waits for it.
            } finally {
                body.abort();
            }
        }
    }
}
