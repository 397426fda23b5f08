using System.Text.Json;

namespace Mlops.Core.Triggers.Events;

/// <summary>A key that a trigger may or must give in its <c>event</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Wanted">What is wanted, in words: <c>a whole number of seconds</c>.</param>
/// <param name="IsRight">Whether a value is that; null and missing ones are not asked about.</param>
/// <param name="IsRequired">Whether it must be there.</param>
public sealed record EventKey(string Name, string Wanted, Func<JsonElement, bool> IsRight, bool IsRequired = false)
{
    private const int MaxSeconds = 24 * 60 * 60;

    /// <summary>A key whose value is a text that is not blank.</summary>
    public static EventKey Text(string name, string wanted, bool isRequired = false) =>
        new(name, wanted, value => value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString()), isRequired);

    /// <summary>The key for the time from one look to the next.</summary>
    public static EventKey Interval { get; } = new(
        "interval", "a number of seconds from 1 to 86400", value => value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 1 and <= MaxSeconds);
}
