-- token: of triggers that are called from outside. sla: microseconds that a run may take from its execution date. envs, tags: lists.
alter table trigger add column token text;
alter table trigger add column sla bigint;
alter table trigger add column envs text not null default '[]';
alter table trigger add column tags text not null default '[]';
alter table trigger add column enabled_at bigint;

create index trigger_always_on on trigger (id)
    where schedule_interval = '@always_on' and is_active and removed_at is null;

-- sla_at: when the run should be over. passed_sla_at: when it was noticed that it is not.
alter table pipeline_run add column sla_at bigint;
alter table pipeline_run add column passed_sla_at bigint;
create index pipeline_run_sla on pipeline_run (sla_at)
    where status in ('initial', 'running') and sla_at is not null and passed_sla_at is null;
create index pipeline_run_of_trigger on pipeline_run (trigger_id, id) where trigger_id is not null and status in ('initial', 'running');
