-- Tables and columns are an interface: others query them. Later migrations only add.

CREATE TABLE push_batch (
    program_id        varchar(64) NOT NULL,
    event_type        varchar(64) NOT NULL,
    batch_id          varchar(64) NOT NULL,
    total_sequence    integer NOT NULL,
    status            varchar(16) NOT NULL,
    opened_at         timestamp with time zone NOT NULL,
    deadline_at       timestamp with time zone NOT NULL,
    recovery_attempts integer DEFAULT 0 NOT NULL,
    recovery_error    varchar(1000),
    missing           varchar(65536),
    closed_at         timestamp with time zone,
    closed_by         varchar(16),
    CONSTRAINT push_batch_pk PRIMARY KEY (program_id, event_type, batch_id)
);
-- For the sweep, which asks for the few that are open, and for the purge.
CREATE INDEX push_batch_by_status ON push_batch (status);
CREATE INDEX push_batch_by_closed_at ON push_batch (closed_at);

CREATE TABLE push_message (
    program_id     varchar(64) NOT NULL,
    event_type     varchar(64) NOT NULL,
    batch_id       varchar(64) NOT NULL,
    sequence       integer NOT NULL,
    total_sequence integer NOT NULL,
    module         integer,
    updated_at     timestamp with time zone NOT NULL,
    payload        varchar(10485760) NOT NULL,
    source         varchar(16) NOT NULL,
    received_at    timestamp with time zone NOT NULL,
    applied_at     timestamp with time zone,
    CONSTRAINT push_message_pk PRIMARY KEY (program_id, event_type, batch_id, sequence),
    -- A late push and the purge of its batch cannot both win.
    CONSTRAINT push_message_batch_fk FOREIGN KEY (program_id, event_type, batch_id)
        REFERENCES push_batch (program_id, event_type, batch_id)
);
-- For the sweep, which asks for the few that are not applied.
CREATE INDEX push_message_by_applied_at ON push_message (applied_at);

CREATE TABLE resource (
    program_id              varchar(64) NOT NULL,
    module                  integer NOT NULL,
    resource_id             varchar(64) NOT NULL,
    available               boolean,
    availability_updated_at timestamp with time zone,
    availability_batch_id   varchar(64),
    availability_sequence   integer,
    metadata_updated_at     timestamp with time zone,
    metadata_batch_id       varchar(64),
    metadata_sequence       integer,
    CONSTRAINT resource_pk PRIMARY KEY (program_id, module, resource_id)
);

CREATE TABLE transport_hub (
    program_id          varchar(64) NOT NULL,
    transport_hub_id    varchar(64) NOT NULL,
    metadata_updated_at timestamp with time zone NOT NULL,
    metadata_batch_id   varchar(64) NOT NULL,
    metadata_sequence   integer NOT NULL,
    CONSTRAINT transport_hub_pk PRIMARY KEY (program_id, transport_hub_id)
);

-- Append-only; applications run one at a time, so that change_id follows the order of commits.
CREATE TABLE resource_change (
    change_id   bigint GENERATED ALWAYS AS IDENTITY (START WITH 1) PRIMARY KEY,
    program_id  varchar(64) NOT NULL,
    entity      varchar(16) NOT NULL,
    module      integer,
    entity_id   varchar(64) NOT NULL,
    change      varchar(16) NOT NULL,
    updated_at  timestamp with time zone NOT NULL,
    event_type  varchar(64) NOT NULL,
    batch_id    varchar(64) NOT NULL,
    sequence    integer NOT NULL,
    superseded  boolean NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1) PRIMARY KEY,
    payload_hash  varchar(64) NOT NULL,
    reason        varchar(32) NOT NULL,
    detail        varchar(1000) NOT NULL,
    payload       ${bytes} NOT NULL,
    times_seen    integer NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at  timestamp with time zone NOT NULL,
    replayed_at   timestamp with time zone,
    CONSTRAINT quarantine_by_payload UNIQUE (payload_hash)
);
CREATE INDEX quarantine_by_last_seen_at ON quarantine (last_seen_at);

-- One row: whoever has updated it may apply a batch.
CREATE TABLE apply_turn (
    taken_at timestamp with time zone NOT NULL
);
INSERT INTO apply_turn (taken_at) VALUES (current_timestamp);

-- One row: whoever can update it could store a push.
CREATE TABLE readiness_probe (
    probed_at timestamp with time zone NOT NULL
);
INSERT INTO readiness_probe (probed_at) VALUES (current_timestamp);
