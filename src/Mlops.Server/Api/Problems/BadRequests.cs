using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mlops.Server.Api.Problems;

/// <summary>Says in our words what the framework found wrong with a request.</summary>
internal static partial class BadRequests
{
    public static string Type(BadHttpRequestException exception) => exception.InnerException is JsonException ? "invalid_json" : "invalid_request";

    public static string Explain(BadHttpRequestException exception)
    {
        if (exception.InnerException is JsonException json)
        {
            return ExplainJson(json);
        }

        // Failed to bind parameter "Nullable<int> limit" from "abc".
        var match = ParameterPattern().Match(exception.Message);
        if (match.Success)
        {
            return $"'{match.Groups["name"].Value}' is '{match.Groups["value"].Value}'; {Wanted(match.Groups["type"].Value)} is wanted.";
        }

        // Required parameter "string interval" was not provided from query string.
        var missing = MissingPattern().Match(exception.Message);
        return missing.Success ? $"'{missing.Groups["name"].Value}' is missing; give it in the {missing.Groups["place"].Value}." : exception.Message;
    }

    private static string ExplainJson(JsonException json)
    {
        var place = json is { LineNumber: { } line, BytePositionInLine: { } position } ? $" at line {line + 1}, column {position + 1}" : "";
        var path = json.Path is { Length: > 0 } and not "$" ? $" ({json.Path})" : "";
        var end = json.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        var reason = end < 0 ? json.Message : json.Message[..end];
        return $"The body is not the JSON that is wanted{place}{path}: {reason} Wanted is an object such as {{\"variables\": {{\"name\": \"value\"}}}}.";
    }

    private static string Wanted(string type) => type switch
    {
        _ when type.Contains("int", StringComparison.OrdinalIgnoreCase) || type.Contains("long", StringComparison.OrdinalIgnoreCase) => "a whole number",
        _ when type.Contains("bool", StringComparison.OrdinalIgnoreCase) => "true or false",
        _ => $"a value of type {type}",
    };

    [GeneratedRegex("""^Failed to bind parameter "(?<type>.+) (?<name>\S+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex ParameterPattern();

    [GeneratedRegex("""^Required parameter "(?<type>.+) (?<name>\S+)" was not provided from (?<place>.+)\.$""")]
    private static partial Regex MissingPattern();
}
