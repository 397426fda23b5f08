using System.Text.Json;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// What the payload of a webhook must hold, as Amazon EventBridge writes it, which Mage's matchers are patterns of: <c>{action: [opened, reopened],
/// pull_request: {merged: true}, "head.ref": [{prefix: feature/}]}</c>. All keys must fit; of a list one value or condition has to. A key with dots is a
/// path. Where the payload has a list, one of its items has to fit.
/// </summary>
internal sealed class PayloadPattern
{
    private readonly IReadOnlyList<(string[] Path, IReadOnlyList<PayloadCondition> AnyOf)> _rules;

    private PayloadPattern(IReadOnlyList<(string[] Path, IReadOnlyList<PayloadCondition> AnyOf)> rules) => _rules = rules;

    /// <summary>The pattern of a mapping that <see cref="TryParse"/> found nothing wrong with.</summary>
    public static PayloadPattern Parse(JsonElement mapping) =>
        TryParse(mapping, out var pattern) is { } problem ? throw new InvalidOperationException(problem) : pattern!;

    /// <returns>Null, or what is wrong with the pattern, in words.</returns>
    public static string? TryParse(JsonElement mapping, out PayloadPattern? pattern)
    {
        var rules = new List<(string[] Path, IReadOnlyList<PayloadCondition> AnyOf)>();
        var problem = Read(mapping, [], rules);
        pattern = problem is null ? new PayloadPattern(rules) : null;
        return problem;
    }

    /// <summary>Why a payload does not fit, in words; null where it does.</summary>
    public string? FindMismatch(JsonElement payload)
    {
        foreach (var (path, anyOf) in _rules)
        {
            var found = Find(payload, path).ToList();
            if (!anyOf.Any(condition => condition.Fits(found)))
            {
                var value = found.Count == 0 ? "is not there" : $"is {Shorten(string.Join(", ", found.Select(each => each.GetRawText())))}";
                return $"'{string.Join('.', path)}' {value}; wanted is {string.Join(" or ", anyOf.Select(condition => condition.Text))}.";
            }
        }

        return null;
    }

    private static string? Read(JsonElement mapping, string[] path, List<(string[] Path, IReadOnlyList<PayloadCondition> AnyOf)> rules)
    {
        foreach (var member in mapping.EnumerateObject())
        {
            string[] whole = [.. path, .. member.Name.Split('.')];
            if (whole.Contains(""))
            {
                return $"'{member.Name}' is no name of something in a payload. Write names separated by dots, such as pull_request.merged.";
            }

            var problem = member.Value.ValueKind == JsonValueKind.Object ? Read(member.Value, whole, rules) : ReadRule(member.Value, whole, rules);
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? ReadRule(JsonElement value, string[] path, List<(string[] Path, IReadOnlyList<PayloadCondition> AnyOf)> rules)
    {
        var conditions = new List<PayloadCondition>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
        {
            if (PayloadCondition.TryParse(item, out var condition) is { } problem)
            {
                return $"'{string.Join('.', path)}': {problem}";
            }

            conditions.Add(condition!);
        }

        rules.Add((path, conditions));
        return conditions.Count == 0 ? $"'{string.Join('.', path)}' has an empty list, which nothing fits. List the values that fit." : null;
    }

    /// <summary>What is at a path; several values where there are lists on the way or at its end.</summary>
    private static IEnumerable<JsonElement> Find(JsonElement from, ReadOnlyMemory<string> path)
    {
        if (from.ValueKind == JsonValueKind.Array)
        {
            return from.EnumerateArray().SelectMany(item => Find(item, path));
        }

        return path.IsEmpty ? [from]
            : from.ValueKind == JsonValueKind.Object && from.TryGetProperty(path.Span[0], out var next) ? Find(next, path[1..])
            : [];
    }

    private static string Shorten(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
