package io.resourcesync.dragonpass.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * The pushes of one connection: of a few batches in turn, each batch's sequences in order. What was
 * acknowledged is kept, to be compared with the rows. One thread only.
 */
final class Batches {

    private static final int RESOURCES = 20_000;

    /** Coprime to the number of resources, so that no id comes twice in a push. */
    private static final int[] STRIDES = {1, 3, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59};

    private static final byte[][] IDS = new byte[RESOURCES][];

    static {
        for (int i = 0; i < RESOURCES; i++) {
            IDS[i] = "\"N%05d\"".formatted(i).getBytes(StandardCharsets.US_ASCII);
        }
    }

    static final String PATH = "/dragonpass/push";
    static final String PROGRAM = "123321";
    static final String EVENT_TYPE = "resource.metadata.updated";

    /** The state of one batch; what its pushes have in common is written once. */
    static final class Batch {

        final String id;
        final int size;
        final int total;
        int acknowledged;
        long payloads;
        long ids;
        private final byte[] head;

        private Batch(String id, int size, int total, String updatedAt) {
            this.id = id;
            this.size = size;
            this.total = total;
            this.head = ("{\"eventType\":\"" + EVENT_TYPE + "\",\"batchId\":\"" + id + "\",\"totalSequence\":" + total
                            + ",\"updatedAt\":\"" + updatedAt + "\",\"programId\":\"" + PROGRAM
                            + "\",\"module\":1,\"sequence\":")
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    /**
     * One push.
     *
     * @param batch the batch it belongs to
     * @param sequence its place in it
     * @param body the JSON
     * @param ids the sum of the numbers in its ids
     */
    record Push(Batch batch, int sequence, byte[] body, long ids) {

        private static final String ACKNOWLEDGEMENT = "{\"batchId\":\"%s\",\"sequence\":%d,\"status\":\"success\"}";

        /** The answer that the contract wants. */
        byte[] acknowledgement() {
            return ACKNOWLEDGEMENT.formatted(batch.id, sequence).getBytes(StandardCharsets.US_ASCII);
        }

        /** Notes that it was acknowledged. */
        void acknowledged() {
            if (batch.acknowledged != sequence - 1) {
                throw new IllegalStateException("batch " + batch.id + ": " + sequence + " after " + batch.acknowledged);
            }
            batch.acknowledged = sequence;
            batch.payloads += digest(body);
            batch.ids += ids * sequence;
        }

        /** Of a payload; it holds its batch and sequence, so that a sum of these tells of each. */
        static long digest(byte[] payload) {
            CRC32 crc = new CRC32();
            crc.update(payload);
            return crc.getValue();
        }
    }

    private final String name;
    private final int size;
    private final int total;
    private final int atOnce;
    private final Random random;
    private final Deque<Batch> open = new ArrayDeque<>();
    private final List<Batch> all = new ArrayList<>();
    private final byte[] buffer = new byte[4096];

    /**
     * @param name of the connection: no other one's batches begin like it
     * @param size pushes of each batch that are sent
     * @param total what they say is their number
     * @param atOnce how many batches it sends in turn
     */
    Batches(String name, int size, int total, int atOnce) {
        this.name = name;
        this.size = size;
        this.total = total;
        this.atOnce = atOnce;
        this.random = new Random(name.hashCode());
    }

    /** The next push; it must be answered before the next one of its batch is asked for. */
    Push next() {
        return push(open.size() < atOnce ? begin() : open.pollFirst());
    }

    private Batch begin() {
        int number = all.size();
        String updatedAt = "2026-01-%02dT%02d:%02d:%02d+00:00"
                .formatted(1 + number / 86_400 % 28, number / 3600 % 24, number / 60 % 60, number % 60);
        Batch batch = new Batch(idOf(number), size, total, updatedAt);
        all.add(batch);
        return batch;
    }

    /** All pushes of a new batch, as if they were acknowledged. */
    List<Push> nextBatch() {
        Batch batch = begin();
        List<Push> pushes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Push push = push(batch);
            push.acknowledged();
            pushes.add(push);
        }
        return pushes;
    }

    /** The next push of a batch that has begun; null when there is none. */
    Push rest() {
        Batch batch = open.pollFirst();
        return batch == null ? null : push(batch);
    }

    /** To be called when a push was acknowledged. */
    void answered(Push push) {
        if (push.batch().acknowledged < push.batch().size) {
            open.addLast(push.batch());
        }
    }

    /** The id of the batch that is begun after so many others. */
    String idOf(int number) {
        return name + "-" + number;
    }

    /** Every batch that was begun. */
    List<Batch> all() {
        return all;
    }

    private Push push(Batch batch) {
        int sequence = batch.acknowledged + 1;
        int length = batch.head.length;
        System.arraycopy(batch.head, 0, buffer, 0, length);
        byte[] number = Integer.toString(sequence).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(number, 0, buffer, length, number.length);
        length += number.length;
        byte[] resources = RESOURCES_FIELD;
        System.arraycopy(resources, 0, buffer, length, resources.length);
        length += resources.length;
        long ids = 0;
        int id = random.nextInt(RESOURCES);
        int stride = STRIDES[random.nextInt(STRIDES.length)];
        for (int i = 0; i < Cell.IDS; i++) {
            byte[] text = IDS[id];
            System.arraycopy(text, 0, buffer, length, text.length);
            length += text.length;
            buffer[length++] = (byte) (i == Cell.IDS - 1 ? ']' : ',');
            ids += id;
            id = (id + stride) % RESOURCES;
        }
        buffer[length++] = '}';
        byte[] body = new byte[length];
        System.arraycopy(buffer, 0, body, 0, length);
        return new Push(batch, sequence, body, ids);
    }

    private static final byte[] RESOURCES_FIELD = ",\"resources\":[".getBytes(StandardCharsets.US_ASCII);
}
