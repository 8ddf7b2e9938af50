CREATE TABLE batches (
	model_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	seq BIGINT NOT NULL,
	rows INTEGER NOT NULL,
	digest BYTEA NOT NULL,
	received_at BIGINT NOT NULL,
	CONSTRAINT pk_batches PRIMARY KEY (model_id, kind, batch_id)
);

CREATE INDEX ix_batches_received_at ON batches (received_at);

CREATE TABLE log (
	seq BIGSERIAL NOT NULL,
	model_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	rows INTEGER NOT NULL,
	received_at BIGINT NOT NULL,
	body BYTEA NOT NULL,
	CONSTRAINT pk_log PRIMARY KEY (seq)
);

CREATE INDEX ix_log_model_id_seq ON log (model_id, seq, rows, received_at);
