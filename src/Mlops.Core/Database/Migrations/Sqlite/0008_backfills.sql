-- Runs of a pipeline for the intervals of a past time. next_at: the instant that is looked at next; null where none is left of what was asked for, which ends
-- before run_until. run_count: runs that were ever made. Instants are microseconds.
create table backfill (
    id integer primary key autoincrement,
    request_id text not null,
    project_uuid text not null,
    pipeline_uuid text not null,
    name text not null,
    status text not null default 'initial',
    start_at integer not null,
    end_at integer not null,
    interval_type text not null,
    interval_units integer not null,
    time_zone text not null,
    variables text not null,
    max_concurrent_runs integer not null,
    interval_count integer not null,
    run_count integer not null default 0,
    next_at integer,
    run_until integer,
    error text,
    created_at integer not null,
    started_at integer,
    completed_at integer
) strict;

create unique index backfill_request on backfill (request_id);
create index backfill_pipeline on backfill (project_uuid, pipeline_uuid, id);
create index backfill_running on backfill (id) where status = 'running';

-- The backfill that made a run, the instant that the run stands for there, and whether the backfill is to run it again.
alter table pipeline_run add column backfill_id integer;
alter table pipeline_run add column backfill_instant integer;
alter table pipeline_run add column is_retry_wanted integer not null default 0;

create unique index pipeline_run_backfill on pipeline_run (backfill_id, backfill_instant) where backfill_id is not null;
create index pipeline_run_backfill_status on pipeline_run (backfill_id, status) where backfill_id is not null;
create index pipeline_run_backfill_retry on pipeline_run (backfill_id, backfill_instant) where is_retry_wanted;
