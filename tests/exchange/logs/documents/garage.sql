-- The same log in the third form, as tools write it: times without a zone, a type table for each type.
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
CREATE TABLE object_RepairOrder (ocel_id TEXT, ocel_time TIMESTAMP, state TEXT, hours REAL, ocel_changed_field TEXT);
CREATE TABLE object_Bay (ocel_id TEXT, ocel_time TIMESTAMP);
CREATE TABLE event_Open (ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP, actor TEXT, urgent BOOLEAN);
CREATE TABLE event_BayAssign (ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP, until TIMESTAMP, slots INTEGER);
INSERT INTO object_map_type VALUES ('repair order', 'RepairOrder'), ('bay', 'Bay');
INSERT INTO event_map_type VALUES ('open', 'Open'), ('Bay (assign)', 'BayAssign');
INSERT INTO object VALUES ('ro-1', 'repair order'), ('ro-2', 'repair order'), ('b-7', 'bay');
INSERT INTO event VALUES ('e1', 'open'), ('e2', 'Bay (assign)'), ('e3', 'open');
INSERT INTO object_RepairOrder VALUES
    ('ro-1', '1970-01-01 00:00:00', 'offen', NULL, NULL), ('ro-2', '1970-01-01 00:00:00', NULL, NULL, NULL),
    ('ro-1', '2026-03-02 03:00:00.25', '完成', NULL, 'state'), ('ro-1', '2026-03-02 03:00:00', NULL, 1.5, 'hours');
INSERT INTO object_Bay VALUES ('b-7', '1970-01-01 00:00:00');
INSERT INTO event_Open VALUES ('e1', '2026-03-02 01:00:00', 'st-1', 1), ('e3', '2026-03-02 01:06:00', NULL, NULL);
INSERT INTO event_BayAssign VALUES ('e2', '2026-03-02 01:05:00', '2026-03-02 03:00:00', 4);
INSERT INTO event_object VALUES ('e1', 'ro-1', 'opened'), ('e1', 'ro-2', 'opened'), ('e2', 'ro-1', 'for'), ('e2', 'b-7', 'in');
INSERT INTO object_object VALUES ('ro-1', 'b-7', 'done in');
