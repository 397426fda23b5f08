using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Server.Api;

/// <summary>Checks of what requests ask for; collects every error before it throws.</summary>
internal sealed class Requests
{
    public const string InvalidType = "invalid_request";
    private readonly List<string> _errors = [];

    /// <summary>The value, or the default where none is given; an error where it is out of range.</summary>
    public int Range(string name, int? value, int minimum, int maximum, int otherwise)
    {
        if (value is { } given && (given < minimum || given > maximum))
        {
            _errors.Add($"'{name}' is {given}; a whole number from {minimum:N0} to {maximum:N0} is wanted.");
        }

        return value ?? otherwise;
    }

    /// <summary>The value, or 0 where none is given; an error where it is negative.</summary>
    public long NotNegative(string name, long? value)
    {
        if (value < 0)
        {
            _errors.Add($"'{name}' is {value}; it must not be negative.");
        }

        return value ?? 0;
    }

    public RunStatus? Status(string name, string? word) => Word(name, word, StatusWords.ParseRun, Enum.GetValues<RunStatus>().Select(status => status.ToWord()));

    public BackfillStatus? BackfillStatus(string name, string? word) => Word(name, word, BackfillWords.Find, Enum.GetValues<BackfillStatus>().Select(status => status.ToWord()));

    public RunLogLevel? Level(string name, string? word) => Word(name, word, ParseLevel, Enum.GetNames<RunLogLevel>().Select(level => level.ToLowerInvariant()));

    /// <summary>True for <c>open</c>, false for <c>decided</c>, null where none is given.</summary>
    public bool? Openness(string name, string? word) => Word<bool>(name, word, given => given switch { "open" => true, "decided" => false, _ => null }, ["open", "decided"]);

    /// <exception cref="InvalidRequestException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new InvalidRequestException(InvalidType, _errors);
        }
    }

    private T? Word<T>(string name, string? word, Func<string, T?> parse, IEnumerable<string> words)
        where T : struct
    {
        if (string.IsNullOrEmpty(word))
        {
            return null;
        }

        var value = parse(word);
        if (value is null)
        {
            _errors.Add($"'{name}' is '{word}'; one of {string.Join(", ", words)} is wanted.");
        }

        return value;
    }

    private static RunLogLevel? ParseLevel(string word) =>
        word.All(char.IsAsciiLetter) && Enum.TryParse<RunLogLevel>(word, ignoreCase: true, out var level) ? level : null;
}
