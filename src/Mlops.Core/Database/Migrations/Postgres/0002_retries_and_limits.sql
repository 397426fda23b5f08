-- settings: how long it may take, how it is retried, what may run beside it, as it was when the run was accepted.
alter table pipeline_run add column settings text not null default '{}';
alter table pipeline_run add column waiting_for text;
-- A run that waits for the retry of a block has no lease before this instant.
alter table pipeline_run add column resume_at bigint;

alter table block_run add column settings text not null default '{}';
alter table block_run add column failures integer not null default 0;
alter table block_run add column interruptions integer not null default 0;
alter table block_run add column next_attempt_at bigint;

-- Attempts that ended and were followed by another one; the last attempt is in block_run itself.
create table block_attempt (
    block_run_id bigint not null references block_run (id) on delete cascade,
    attempt integer not null,
    status text not null,
    started_at bigint,
    completed_at bigint,
    error text,
    primary key (block_run_id, attempt)
);
