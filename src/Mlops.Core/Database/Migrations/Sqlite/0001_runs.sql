-- Times are microseconds since 1970-01-01 UTC, lists and objects are JSON text: the same in SQLite and PostgreSQL.

create table trigger (
    id integer primary key autoincrement,
    project_uuid text not null,
    pipeline_uuid text not null,
    name text not null,
    schedule_type text not null,
    schedule_interval text,
    start_time integer,
    is_active integer not null default 0,
    variables text not null default '{}',
    settings text not null default '{}',
    description text,
    next_run_at integer,
    last_run_at integer,
    problem text,
    content_hash text,
    removed_at integer,
    unique (project_uuid, pipeline_uuid, name)
) strict;

create index trigger_due on trigger (next_run_at) where is_active and removed_at is null;

create table pipeline_run (
    id integer primary key autoincrement,
    request_id text not null unique,
    project_uuid text not null,
    pipeline_uuid text not null,
    status text not null,
    origin text not null,
    trigger_id integer references trigger (id),
    trigger_name text,
    scheduled_at integer,
    execution_date integer not null,
    variables text not null default '{}',
    created_at integer not null,
    started_at integer,
    completed_at integer,
    cancel_requested_at integer,
    error text,
    lease_token text,
    lease_owner text,
    lease_expires_at integer
) strict;

create unique index pipeline_run_scheduled on pipeline_run (trigger_id, scheduled_at) where trigger_id is not null;
create index pipeline_run_pipeline on pipeline_run (project_uuid, pipeline_uuid, id);
create index pipeline_run_status on pipeline_run (project_uuid, status, id);
create index pipeline_run_created on pipeline_run (project_uuid, created_at);
create index pipeline_run_open on pipeline_run (id) where status in ('initial', 'running');

create table block_run (
    id integer primary key autoincrement,
    pipeline_run_id integer not null references pipeline_run (id) on delete cascade,
    position integer not null,
    block_uuid text not null,
    name text not null,
    type text not null,
    language text not null,
    upstream_blocks text not null,
    file_path text,
    status text not null,
    attempt integer not null default 0,
    started_at integer,
    completed_at integer,
    error text,
    tests text,
    unique (pipeline_run_id, block_uuid)
) strict;

create table block_output (
    block_run_id integer not null references block_run (id) on delete cascade,
    position integer not null,
    name text not null,
    kind text not null,
    path text not null,
    size_bytes integer not null,
    hash text not null,
    row_count integer,
    details text not null default '{}',
    primary key (block_run_id, position)
) strict, without rowid;

create table run_log (
    pipeline_run_id integer not null references pipeline_run (id) on delete cascade,
    number integer not null,
    at integer not null,
    level integer not null,
    block_uuid text,
    attempt integer not null,
    text text not null,
    primary key (pipeline_run_id, number)
) strict, without rowid;
