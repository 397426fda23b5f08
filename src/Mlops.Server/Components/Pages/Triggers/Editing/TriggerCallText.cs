using System.Text.Encodings.Web;
using System.Text.Json;
using Mlops.Core.Secrets;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>How a trigger is called, for people to copy.</summary>
/// <param name="BaseUri">Address of this server, with a slash at the end.</param>
/// <param name="TriggerId">The trigger.</param>
/// <param name="Token">Its token.</param>
internal sealed record TriggerCallText(string BaseUri, long TriggerId, string Token)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With the token in it.</summary>
    public string Endpoint => FormattableString.Invariant($"{BaseUri}api/pipeline_schedules/{TriggerId}/pipeline_runs/{Token}");

    /// <summary>To be looked at.</summary>
    public string MaskedEndpoint => (this with { Token = SecretMask.Replacement }).Endpoint;

    /// <summary>For calls that bring the token in <see cref="Header"/>.</summary>
    public string HeaderEndpoint => FormattableString.Invariant($"{BaseUri}api/pipeline_schedules/{TriggerId}/api_trigger");

    public string Header => $"Authorization: Bearer {Token}";

    /// <summary>A call for a POSIX shell.</summary>
    /// <param name="variables">Variables to show in its body.</param>
    /// <param name="byHeader">Whether the token goes in a header.</param>
    public string Curl(IReadOnlyDictionary<string, JsonElement> variables, bool byHeader)
    {
        var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["pipeline_run"] = new Dictionary<string, object> { ["variables"] = variables } }, Readable);
        string[] lines =
        [
            "curl -X POST", Quote(byHeader ? HeaderEndpoint : Endpoint), .. byHeader ? [$"-H {Quote(Header)}"] : Array.Empty<string>(),
            "-H 'Content-Type: application/json'", $"-d {Quote(body)}",
        ];
        return string.Join(" \\\n  ", lines);
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => MaskedEndpoint;

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
