namespace Mlops.Core.Triggers.Events;

/// <summary>The kinds of events that there are.</summary>
internal sealed class EventSources
{
    private readonly Dictionary<string, IEventSource> _byWord = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">Two sources have one word.</exception>
    public EventSources(IEnumerable<IEventSource> sources)
    {
        foreach (var source in sources)
        {
            if (!_byWord.TryAdd(source.Word, source))
            {
                throw new InvalidOperationException($"Two kinds of events are called '{source.Word}': {_byWord[source.Word].GetType()} and {source.GetType()}.");
            }
        }
    }

    /// <summary>The source of a word; null where there is none.</summary>
    public IEventSource? Find(string word) => _byWord.GetValueOrDefault(word);

    /// <summary>Why a trigger cannot have its events, in words; null where nothing is wrong.</summary>
    /// <param name="settings">What it says of them; null for nothing.</param>
    public string? FindProblem(EventSettings? settings)
    {
        var kinds = string.Join(", ", _byWord.Keys);
        if (settings is null)
        {
            return $"The trigger does not say what it waits for. Write it like event: {{type: file, path: data/inbox, pattern: '*.csv'}}; types are {kinds}.";
        }

        return Find(settings.Type) is not { } source
            ? $"event.type is {settings.Find("type")?.GetRawText() ?? "missing"}; one of {kinds} is wanted."
            : settings.Matchers is not null && !source.IsCalled
                ? $"event_matchers are for events that a service posts, and event.type is {settings.Type}. Remove one of the two."
                : settings.FindProblem(source.Keys) ?? source.FindProblem(settings);
    }
}
