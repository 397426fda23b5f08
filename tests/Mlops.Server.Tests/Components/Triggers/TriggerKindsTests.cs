using Mlops.Server.Components.Pages.Triggers.Editing;

namespace Mlops.Server.Tests.Components.Triggers;

public sealed class TriggerKindsTests
{
    [Fact]
    public void Two_types_of_one_word_and_a_part_that_is_none_are_refused_at_start()
    {
        var api = new TriggerKind("api", "API", "api", typeof(ApiPart));

        Assert.Contains("called 'api'", Assert.Throws<InvalidOperationException>(() => new TriggerKinds([api, api with { Label = "Again" }])).Message, StringComparison.Ordinal);
        Assert.Contains("no TriggerPart", Assert.Throws<InvalidOperationException>(() => new TriggerKinds([api with { Part = typeof(string) }])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_pages_do_not_know_is_called_by_its_word() =>
        Assert.Equal((null, "tide", "bolt"), (TriggerKinds.Usual.Find("tide"), TriggerKinds.Usual.LabelOf("tide"), TriggerKinds.Usual.IconOf("tide")));
}
