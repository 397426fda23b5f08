-- The processes that take runs. A row is its process's own: it is renewed by a heartbeat and removed when the process stops cleanly.

create table worker (
    id text not null primary key,
    role text not null,
    machine text not null,
    process_id integer not null,
    version text not null,
    started_at bigint not null,
    heartbeat_at bigint not null,
    slots integer not null,
    memory_bytes bigint not null,
    state text not null
);
