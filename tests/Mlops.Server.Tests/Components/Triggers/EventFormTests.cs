using System.Text.Json;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Triggers.Editing;

namespace Mlops.Server.Tests.Components.Triggers;

public sealed class EventFormTests
{
    [Fact]
    public void A_new_event_is_made_field_by_field()
    {
        var form = EventForm.Read("");
        Assert.Equal(("file", "Folder is missing."), (form.Kind.Word, form.FindProblem()));

        Set(form, ("path", " data/inbox "), ("pattern", "*.csv"), ("interval", "10"), ("recursive", "true"));

        Assert.Equal((null, """{"type":"file","path":"data/inbox","pattern":"*.csv","interval":10,"recursive":true}"""), (form.FindProblem(), form.ToJson()));
    }

    [Fact]
    public void Another_kind_keeps_what_both_have_and_no_more()
    {
        var form = EventForm.Read("""{"type":"file","path":"data/inbox","pattern":"*.csv","recursive":true}""").As(EventKind.All.Single(kind => kind.Word == "s3"));

        Assert.Equal("""{"type":"s3","pattern":"*.csv"}""", form.ToJson());
    }

    [Fact]
    public void Lists_and_mappings_are_read_and_written_and_what_has_no_field_stays()
    {
        var form = EventForm.Read("""{"type":"pipeline","pipeline":"up","statuses":["completed","failed"],"other":1}""");
        Assert.Equal("completed, failed", form.Text(Field(form, "statuses")));
        Set(form, ("statuses", "failed,"), ("project", "shop"));
        Assert.Equal("""{"type":"pipeline","pipeline":"up","statuses":["failed"],"other":1,"project":"shop"}""", form.ToJson());

        var webhook = EventForm.Read("""{"type":"webhook","match":{"action":["opened"]}}""");
        Assert.Equal("""{"action":["opened"]}""", webhook.Text(Field(webhook, "match")));
        Assert.StartsWith("Payload filter cannot be read.", webhook.Set(Field(webhook, "match"), "{action"), StringComparison.Ordinal);
        Set(webhook, ("match", ""));
        Assert.Equal("""{"type":"webhook"}""", webhook.ToJson());
    }

    [Fact]
    public void What_is_changed_is_written_and_what_is_not_is_not()
    {
        var draft = TriggerDraft.Of(new Trigger
        {
            Id = 1,
            ProjectUuid = "p",
            PipelineUuid = "x",
            Name = "t",
            ScheduleType = "event",
            Event = JsonElement.Parse("""{"type": "webhook"}"""),
        }, TriggerKinds.Usual);
        Assert.Null(draft.ToChange().Event);

        draft.Form.Event = """{"type":"webhook","match":{"a":1}}""";

        Assert.Equal("""{"type":"webhook","match":{"a":1}}""", draft.ToChange().Event!.Value.GetRawText());
    }

    private static EventField Field(EventForm form, string key) => form.Kind.Fields.Single(field => field.Key == key);

    private static void Set(EventForm form, params (string Key, string Text)[] values) => Assert.All(values, value => Assert.Null(form.Set(Field(form, value.Key), value.Text)));
}
