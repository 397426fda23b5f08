-- Tells this database from all others: an output store that two databases use by mistake is not cleaned up by either.
create table database_identity (id text primary key);
insert into database_identity (id) values (replace(gen_random_uuid()::text, '-', ''));
