namespace Mlops.Core.Triggers.Types;

/// <summary>The types of triggers that there are.</summary>
internal sealed class TriggerTypes
{
    private readonly Dictionary<string, ITriggerType> _byWord = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">Two types have one word.</exception>
    public TriggerTypes(IEnumerable<ITriggerType> types)
    {
        foreach (var type in types)
        {
            if (!_byWord.TryAdd(type.Word, type))
            {
                throw new InvalidOperationException($"Two types of triggers are called '{type.Word}': {_byWord[type.Word].GetType()} and {type.GetType()}.");
            }
        }
    }

    /// <summary>The type of a word; null where there is none.</summary>
    public ITriggerType? Find(string word) => _byWord.GetValueOrDefault(word);

    /// <summary>Whether somebody outside starts runs of a trigger, who knows its token.</summary>
    public bool IsCalled(TriggerCause cause) => Find(cause.Type)?.IsCalled(cause) == true;

    /// <summary>Why a trigger cannot work, in words; null where nothing is wrong.</summary>
    public string? FindProblem(TriggerCause cause) => Find(cause.Type) is { } type
        ? type.FindProblem(cause)
        : $"'{cause.Type}' is no type of trigger. Write one of {string.Join(", ", _byWord.Keys)}.";

    /// <summary>When a trigger is due by itself; null for never.</summary>
    public ScheduleInterval? ReadSchedule(string word, TriggerTiming timing) => Find(word)?.ReadSchedule(timing);
}
