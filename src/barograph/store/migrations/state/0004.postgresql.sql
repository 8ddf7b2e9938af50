CREATE TABLE removed_monitors (
	id BIGSERIAL NOT NULL,
	project_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	first_alert BIGINT NOT NULL,
	last_alert BIGINT NOT NULL,
	revision INTEGER NOT NULL,
	document JSON NOT NULL,
	removed_at BIGINT NOT NULL,
	CONSTRAINT pk_removed_monitors PRIMARY KEY (id),
	CONSTRAINT uq_removed_monitors_project_id_name_last_alert_revision UNIQUE (project_id, name, last_alert, revision),
	CONSTRAINT fk_removed_monitors_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_alert_events_project_id_kind_at ON alert_events (project_id, kind, at);

CREATE INDEX ix_alerts_monitor_id ON alerts (monitor_id);

CREATE INDEX ix_outbox_project_id_id ON outbox (project_id, id);

CREATE INDEX ix_outbox_project_id_state_id ON outbox (project_id, state, id);
