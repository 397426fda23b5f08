-- The newest runs of a trigger: its page, and its row in lists.
create index pipeline_run_trigger on pipeline_run (trigger_id, id) where trigger_id is not null;
