CREATE TABLE batches (
	model_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	seq BIGINT NOT NULL,
	rows INTEGER NOT NULL,
	digest BLOB NOT NULL,
	received_at BIGINT NOT NULL,
	CONSTRAINT pk_batches PRIMARY KEY (model_id, kind, batch_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_batches_received_at ON batches (received_at);

CREATE TABLE log (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	model_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	rows INTEGER NOT NULL,
	received_at BIGINT NOT NULL,
	body BLOB NOT NULL
);

CREATE INDEX ix_log_model_id_seq ON log (model_id, seq, rows, received_at);
