using System.Globalization;
using Mlops.Core;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>
/// The query of a request as Mage's clients write it: lists as <c>status=a&amp;status=b</c>, <c>status[]=a&amp;status[]=b</c> or <c>status[]=a,b</c>.
/// Collects every error before it throws. What is not asked for here is no error: those clients send much that only Mage's pages need.
/// </summary>
internal sealed class MageQuery(IQueryCollection query)
{
    private readonly List<string> _errors = [];

    /// <summary>Has handlers take it as a parameter.</summary>
    public static ValueTask<MageQuery?> BindAsync(HttpContext context) => ValueTask.FromResult<MageQuery?>(new MageQuery(context.Request.Query));

    /// <summary>The one project that is meant where several have a pipeline of one uuid; null where none is named.</summary>
    public string? Project => Text("project");

    /// <summary>The value as it stands; null where there is none, or an empty one.</summary>
    public string? Text(string name) => query[name] is [.., { Length: > 0 } text] ? text : null;

    /// <summary>All values of a list.</summary>
    public IReadOnlyList<string> Values(string name) =>
        [.. query[name].Concat(query[name + "[]"]).OfType<string>()
            .SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];

    /// <summary>All values of a list; null where there are none.</summary>
    public IReadOnlyList<string>? ValuesOrNull(string name) => Values(name) is { Count: > 0 } values ? values : null;

    /// <summary>Whether it is 1 or true.</summary>
    public bool IsSet(string name) => Text(name) is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>A whole number in a range, or the default where none is given.</summary>
    public int Int(string name, int minimum, int maximum, int otherwise)
    {
        var text = Text(name);
        if (text is null)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        _errors.Add($"'{name}' is '{text}'; a whole number from {minimum:N0} to {maximum:N0} is wanted.");
        return otherwise;
    }

    /// <summary>Ids; null where there are none.</summary>
    public IReadOnlyList<long>? Ids(string name) => Each(name, "a whole number", text =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null);

    /// <summary>One id; null where there is none.</summary>
    public long? Id(string name)
    {
        var ids = Ids(name);
        if (ids?.Count > 1)
        {
            Refuse($"'{name}' names several; one is wanted.");
        }

        return ids is [var id, ..] ? id : null;
    }

    /// <summary>Statuses of runs; null where there are none.</summary>
    public IReadOnlyList<RunStatus>? Statuses(string name) => Words(name, StatusWords.ParseRun, Enum.GetValues<RunStatus>().Select(status => status.ToWord()));

    /// <summary>Values that are each one of some words; null where there are none.</summary>
    public IReadOnlyList<T>? Words<T>(string name, Func<string, T?> parse, IEnumerable<string> words)
        where T : struct => Each(name, $"one of {string.Join(", ", words)}", parse);

    /// <summary>An instant as Mage's clients give it, seconds since 1970 or a date with a time, UTC where it names no offset; null where there is none.</summary>
    public DateTimeOffset? Instant(string name)
    {
        var text = Text(name);
        var instant = text is null ? null : MageInstant.Parse(text);
        if (text is not null && instant is null)
        {
            _errors.Add($"'{name}' is '{text}'; seconds since 1970, or a time such as 2026-05-16 07:00:00, are wanted.");
        }

        return instant;
    }

    /// <summary>Which page of a list is asked for.</summary>
    public MagePage Page(int maximum, int otherwise) => new(Int("_limit", 1, maximum, otherwise), Int("_offset", 0, int.MaxValue, 0));

    /// <summary>Notes an error.</summary>
    public void Refuse(string error) => _errors.Add(error);

    /// <exception cref="InvalidRequestException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new InvalidRequestException(Requests.InvalidType, _errors);
        }
    }

    private List<T>? Each<T>(string name, string wanted, Func<string, T?> parse)
        where T : struct
    {
        var values = Values(name).Select(text => (Text: text, Value: parse(text))).ToList();
        _errors.AddRange(values.Where(value => value.Value is null).Select(value => $"'{name}' is '{value.Text}'; {wanted} is wanted."));
        return values.Count == 0 ? null : [.. values.Where(value => value.Value is not null).Select(value => value.Value!.Value)];
    }
}
