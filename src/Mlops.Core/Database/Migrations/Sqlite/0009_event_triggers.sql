-- event, event_matchers: what a trigger of type event waits for, as its file says. event_since: from when on events count; null where none do.
-- event_begun_at: the event_since for which what was there before was noted. event_position: up to where rows of a query have had their run.
-- is_in_cycle: it rests because its pipelines would trigger each other for ever.
alter table trigger add column event text;
alter table trigger add column event_matchers text;
alter table trigger add column event_since integer;
alter table trigger add column event_begun_at integer;
alter table trigger add column event_position text;
alter table trigger add column is_in_cycle integer not null default 0;
create index trigger_event_armed on trigger (id) where event_since is not null;
create index trigger_event_type on trigger (id) where schedule_type = 'event' and is_active and removed_at is null;

-- Events that had their run, or were there before they counted.
create table trigger_event (
    trigger_id integer not null references trigger (id) on delete cascade,
    event_key text not null,
    noted_at integer not null,
    primary key (trigger_id, event_key)
) strict;

-- The runs of a pipeline by their end.
create index pipeline_run_ended on pipeline_run (project_uuid, pipeline_uuid, completed_at) where completed_at is not null;

-- lands_at: the instant of the schedule for which a run starts at next_run_at, earlier by as long as runs take; null where it starts at its instant.
alter table trigger add column lands_at integer;
create index trigger_landing on trigger (id) where lands_at is not null;
