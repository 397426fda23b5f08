-- fan_of: the block of which this block run is a child, one for each item of the dynamic blocks before it; fan_index: its place among them.
alter table block_run add column fan_of text;
alter table block_run add column fan_index integer not null default -1;
-- fan_items: names of the items of a dynamic block that completed, a JSON list.
alter table block_run add column fan_items text;
