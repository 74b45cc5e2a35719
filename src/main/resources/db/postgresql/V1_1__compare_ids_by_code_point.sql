-- HSQLDB compares ids character by character and PostgreSQL by the language of the database: ties in
-- updated_at would go to another batch. The tables are empty, or these columns' indexes are built anew.
ALTER TABLE resource
    ALTER COLUMN availability_batch_id TYPE varchar(64) COLLATE "C",
    ALTER COLUMN metadata_batch_id TYPE varchar(64) COLLATE "C";
ALTER TABLE transport_hub
    ALTER COLUMN metadata_batch_id TYPE varchar(64) COLLATE "C";
