-- The global data product that the run makes, as project/product; null for any other run.
alter table pipeline_run add column product text;

create index pipeline_run_product on pipeline_run (product, id) where product is not null;

-- Attempts of blocks that wait for the end of a run which is not theirs alone.
create table run_wait (
    awaited_run_id integer not null references pipeline_run (id) on delete cascade,
    pipeline_run_id integer not null references pipeline_run (id) on delete cascade,
    block_run_id integer not null references block_run (id) on delete cascade,
    attempt integer not null,
    primary key (block_run_id, attempt, awaited_run_id)
) strict;

create index run_wait_awaited on run_wait (awaited_run_id);
create index run_wait_run on run_wait (pipeline_run_id);
