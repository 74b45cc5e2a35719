ALTER TABLE push_batch ADD COLUMN note varchar(100);
CREATE TABLE newer (id integer PRIMARY KEY, name varchar(64) NOT NULL);
CREATE INDEX newer_by_name ON newer (name);
