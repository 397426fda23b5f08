using System.Text.Json;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// What a service posts to the trigger's call address, where it fits: <c>event: {type: webhook, match: {action: [opened, reopened]}}</c>, or Mage's
/// <c>event_matchers: [{event_type: aws_event, pattern: {source: [aws.s3]}}]</c>, of which one has to fit.
/// </summary>
internal sealed class WebhookEventSource : IEventSource
{
    private const string MatchKey = "match";
    private const string MageType = "aws_event";

    public string Word => EventSettings.MatcherType;

    public bool IsCalled => true;

    public IReadOnlyList<EventKey> Keys { get; } =
        [new EventKey(MatchKey, "a mapping of what is sent to the values that it must have, such as {action: [opened]},", value => value.ValueKind == JsonValueKind.Object)];

    public IEventWatch? Watch(WatchedEvents trigger, Action wake) => null;

    public string? FindProblem(EventSettings settings)
    {
        if (settings.Find(MatchKey) is { } match && PayloadPattern.TryParse(match, out _) is { } problem)
        {
            return $"event.match: {problem}";
        }

        if (settings.Matchers is not { } matchers)
        {
            return null;
        }

        return matchers.ValueKind == JsonValueKind.Array && matchers.GetArrayLength() > 0
            ? matchers.EnumerateArray().Select(FindProblemOfMatcher).FirstOrDefault(found => found is not null)
            : "event_matchers is no list of matchers; one like [{event_type: aws_event, pattern: {source: [aws.s3]}}] is wanted.";
    }

    /// <summary>Why what was sent starts no run, in words; null where it does.</summary>
    /// <param name="settings">Of a trigger without a problem.</param>
    /// <param name="payload">What was sent.</param>
    public static string? FindMismatch(EventSettings settings, IReadOnlyDictionary<string, JsonElement> payload)
    {
        var sent = JsonSerializer.SerializeToElement(payload);
        if (settings.Find(MatchKey) is { } match && PayloadPattern.Parse(match).FindMismatch(sent) is { } mismatch)
        {
            return mismatch;
        }

        List<string?> mismatches = settings.Matchers is { } matchers
            ? [.. matchers.EnumerateArray().Select(matcher => PayloadPattern.Parse(matcher.GetProperty("pattern")).FindMismatch(sent))]
            : [];
        return mismatches.Contains(null) ? null : mismatches.FirstOrDefault();
    }

    private static string? FindProblemOfMatcher(JsonElement matcher)
    {
        if (matcher.ValueKind != JsonValueKind.Object || !matcher.TryGetProperty("pattern", out var pattern) || pattern.ValueKind != JsonValueKind.Object)
        {
            return $"A matcher of event_matchers is {matcher.GetRawText()}; a mapping with a pattern is wanted, such as {{event_type: aws_event, pattern: {{source: [aws.s3]}}}}.";
        }

        return matcher.TryGetProperty("event_type", out var type) && type.ValueKind != JsonValueKind.Null && type.ToString() != MageType
            ? $"event_type of a matcher is '{type}'; {MageType} is the only one that there is."
            : PayloadPattern.TryParse(pattern, out _) is { } problem ? $"event_matchers: {problem}" : null;
    }
}
