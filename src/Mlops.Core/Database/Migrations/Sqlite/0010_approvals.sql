-- wake_ups counts what other processes told a run that waits for them; a worker that gives it back until an instant finds by it what came meanwhile.
alter table pipeline_run add column wake_ups integer not null default 0;

-- What people were asked of a block, and what they said. is_current: of this attempt at the run; a retry of the run asks anew.
create table block_approval (
    id integer primary key autoincrement,
    pipeline_run_id integer not null references pipeline_run (id) on delete cascade,
    block_run_id integer not null references block_run (id) on delete cascade,
    status text not null default 'open',
    is_current integer not null default 1,
    message text,
    requested_at integer not null,
    expires_at integer,
    decided_at integer,
    decided_by text,
    comment text,
    request_id text
) strict;

create unique index block_approval_current on block_approval (block_run_id) where is_current;
create index block_approval_open on block_approval (id) where status = 'open' and is_current;
create index block_approval_run on block_approval (pipeline_run_id);
