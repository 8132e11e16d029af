-- Wrong passwords, counted by name and by address, and when the next try is allowed. subject is a hash: no addresses are kept.
CREATE TABLE sign_in_failures (
    subject bytea PRIMARY KEY,
    failures integer NOT NULL,
    failed_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_age ON sign_in_failures (failed_at);
