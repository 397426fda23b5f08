-- The block run whose attempt is this run, and whether it waits for its end.
alter table pipeline_run add column parent_run_id integer;
alter table pipeline_run add column parent_block_run_id integer;
alter table pipeline_run add column parent_attempt integer;
alter table pipeline_run add column is_awaited integer not null default 0;

create index pipeline_run_parent on pipeline_run (parent_run_id) where parent_run_id is not null;
