using System.Text.Json;
using Mlops.Server.Components.Pages.Triggers.Editing;

namespace Mlops.Server.Tests.Components.Triggers;

public sealed class TriggerCallTextTests
{
    private static readonly TriggerCallText Call = new("https://mlops.test/", 7, "secret-token");

    [Fact]
    public void A_call_is_told_with_the_token_in_its_address_or_in_a_header()
    {
        var variables = new Dictionary<string, JsonElement> { ["who"] = JsonSerializer.SerializeToElement("Zoë's") };

        Assert.Equal(
            """
            curl -X POST \
              'https://mlops.test/api/pipeline_schedules/7/pipeline_runs/secret-token' \
              -H 'Content-Type: application/json' \
              -d '{"pipeline_run":{"variables":{"who":"Zoë'\''s"}}}'
            """,
            Call.Curl(variables, byHeader: false), ignoreLineEndingDifferences: true);
        Assert.Equal(
            """
            curl -X POST \
              'https://mlops.test/api/pipeline_schedules/7/api_trigger' \
              -H 'Authorization: Bearer secret-token' \
              -H 'Content-Type: application/json' \
              -d '{"pipeline_run":{"variables":{}}}'
            """,
            Call.Curl(new Dictionary<string, JsonElement>(), byHeader: true), ignoreLineEndingDifferences: true);
    }
}
