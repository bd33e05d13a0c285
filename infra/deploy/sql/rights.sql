-- Grants the publisher its rights on the tables of the outbox. An administrator runs this script after the first start
-- of api-service, which creates the tables, and may run it again. The publisher gets no right on the domain's tables.
GRANT SELECT ON TABLE outbox_schema_history TO studybuddy_publisher;
GRANT SELECT, UPDATE, DELETE ON TABLE outbox TO studybuddy_publisher;
GRANT SELECT, UPDATE ON TABLE outbox_shard_lease TO studybuddy_publisher;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE outbox_publisher TO studybuddy_publisher;
GRANT SELECT ON TABLE outbox_pause TO studybuddy_publisher;
