using System.Text.Json;
using Mlops.Core;

namespace Mlops.Server.Api.Triggers;

/// <summary>What is sent with a call of a trigger: <c>{"pipeline_run": {"variables": {"a": 1}}, "ref": "main"}</c>.</summary>
/// <param name="Variables">Variables of the run.</param>
/// <param name="EventVariables">Everything beside <c>pipeline_run</c>, such as the payload of a webhook.</param>
internal sealed record TriggerPayload(IReadOnlyDictionary<string, JsonElement> Variables, IReadOnlyDictionary<string, JsonElement> EventVariables)
{
    private const string RunKey = "pipeline_run";
    private const string Wanted = "Wanted is an object such as {\"pipeline_run\": {\"variables\": {\"name\": \"value\"}}}.";

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <exception cref="InvalidRequestException"><c>invalid_json</c>.</exception>
    public static TriggerPayload Read(ReadOnlyMemory<byte> body)
    {
        var root = Parse(body);
        var run = Members(root, "The body").GetValueOrDefault(RunKey);
        var variables = run.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default : Members(run, $"'{RunKey}'").GetValueOrDefault("variables");
        var events = Members(root, "The body");
        events.Remove(RunKey);
        return new TriggerPayload(variables.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? new() : Members(variables, $"'{RunKey}.variables'"), events);
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return body.Span.Trim(" \t\r\n"u8).IsEmpty ? JsonElement.Parse("{}") : JsonElement.Parse(body.Span, Options);
        }
        catch (JsonException exception)
        {
            var place = exception.LineNumber is { } line ? $" at line {line + 1}, column {exception.BytePositionInLine + 1}" : "";
            throw Invalid($"The body cannot be read as JSON{place}: {exception.Message.Split(" LineNumber:")[0]}");
        }
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().ToDictionary(member => member.Name, member => member.Value)
        : throw Invalid($"{name} is of kind {element.ValueKind}.");

    private static InvalidRequestException Invalid(string found) => new("invalid_json", [$"{found} {Wanted}"]);
}
