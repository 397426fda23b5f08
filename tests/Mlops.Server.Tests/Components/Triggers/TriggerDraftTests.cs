using System.Text.Json;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Triggers.Editing;

namespace Mlops.Server.Tests.Components.Triggers;

public sealed class TriggerDraftTests
{
    private static readonly Trigger Read = new()
    {
        Id = 1,
        ProjectUuid = "p",
        PipelineUuid = "x",
        Name = "t",
        ScheduleType = "api",
        Description = "old",
        Version = "1",
        Token = "token-1",
        Variables = Values("""{"days":1,"shop":"a"}"""),
        Settings = Values("""{"timeout":5,"moon":"full"}"""),
    };

    [Fact]
    public void Another_token_is_taken_and_nothing_else_that_changed_meanwhile()
    {
        var draft = TriggerDraft.Of(Read, TriggerKinds.Usual);
        draft.Form.Timeout = "7";

        draft.TakeToken(Read with { Token = "token-2", Version = "2", Description = "changed by somebody else" });

        Assert.Equal(("token-2", "1", "old"), (draft.Token, draft.Read!.Version, draft.Form.Description));
    }

    [Fact]
    public void A_token_of_the_file_is_no_conflict_with_oneself()
    {
        var draft = TriggerDraft.Of(Read, TriggerKinds.Usual);
        draft.Form.Timeout = "7";

        draft.TakeToken(Read with { Token = "token-2", Version = "2" });

        Assert.Equal(("token-2", "2", "7"), (draft.Token, draft.Read!.Version, draft.Form.Timeout));
        Assert.Equal("""{"timeout":7}""", JsonSerializer.Serialize(draft.ToChange().Settings));
    }

    [Fact]
    public void What_the_file_says_now_is_taken_around_what_was_changed_here_and_what_both_changed_is_named()
    {
        var draft = TriggerDraft.Of(Read, TriggerKinds.Usual);
        draft.Form.Description = "mine";
        draft.Form.Timeout = "7";
        draft.Form.Variables["days"] = JsonSerializer.SerializeToElement(2);
        draft.Form.Variables.Remove("shop");

        draft.Load(Read with
        {
            Version = "2",
            Description = "theirs",
            Tags = ["new"],
            Variables = Values("""{"days":1,"shop":"b","more":true}"""),
            Settings = Values("""{"timeout":5,"moon":"new","skip_if_previous_running":true}"""),
        });

        Assert.Equal([new("Trigger description", "mine", "theirs"), new("Variable shop", null, "\"b\"")], draft.Differences);
        Assert.Equal(("2", "mine", "7", "new", true), (draft.Read!.Version, draft.Form.Description, draft.Form.Timeout, draft.Form.Tags, draft.Form.SkipsIfRunning));
        var change = draft.ToChange();
        Assert.Equal(("mine", null), (change.Description, change.Tags));
        Assert.Equal("""{"timeout":7}""", JsonSerializer.Serialize(change.Settings));
        Assert.Equal("""{"days":2,"more":true}""", JsonSerializer.Serialize(change.Variables));
    }

    [Fact]
    public void What_only_a_type_has_is_read_compared_and_written_by_the_type()
    {
        var tide = new TriggerKind("tide", "Tide", "bolt", typeof(ApiPart))
        {
            Read = trigger => Values($$"""{"moon":"{{trigger.ScheduleInterval}}"}"""),
            Write = (change, own) => change with { ScheduleInterval = own["moon"].ValueKind == JsonValueKind.Null ? "" : own["moon"].GetString() },
        };
        var read = Read with { ScheduleType = "tide", ScheduleInterval = "full" };
        var untouched = TriggerDraft.Of(read, new TriggerKinds([tide]));
        var draft = TriggerDraft.Of(read, new TriggerKinds([tide]));
        draft.Form.Own["moon"] = JsonSerializer.SerializeToElement("new");
        var removed = TriggerDraft.Of(read, new TriggerKinds([tide]));
        removed.Form.Own.Remove("moon");

        draft.Load(read with { Version = "2", ScheduleInterval = "half" });

        Assert.Equal([new("moon", "\"new\"", "\"half\"")], draft.Differences);
        Assert.Equal((null, "new", ""), (untouched.ToChange().ScheduleInterval, draft.ToChange().ScheduleInterval, removed.ToChange().ScheduleInterval));
    }

    [Fact]
    public void What_both_changed_alike_is_no_difference()
    {
        var draft = TriggerDraft.Of(Read, TriggerKinds.Usual);
        draft.Form.Description = "new";

        draft.Load(Read with { Version = "2", Description = "new" });

        Assert.Empty(draft.Differences);
        Assert.Null(draft.ToChange().Description);
    }

    private static Dictionary<string, JsonElement> Values(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
