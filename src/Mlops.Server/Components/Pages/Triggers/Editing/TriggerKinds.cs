namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>The types of triggers that pages know.</summary>
internal sealed class TriggerKinds
{
    /// <exception cref="InvalidOperationException">Two types have one word, or the part of one is none.</exception>
    public TriggerKinds(IReadOnlyList<TriggerKind> all)
    {
        All = all;
        foreach (var kind in all)
        {
            if (!ReferenceEquals(Find(kind.Word), kind))
            {
                throw new InvalidOperationException($"Two kinds of triggers are called '{kind.Word}': {Find(kind.Word)!.Part} and {kind.Part}.");
            }

            if (!kind.Part.IsSubclassOf(typeof(TriggerPart)))
            {
                throw new InvalidOperationException($"{kind.Part}, the part of triggers of type '{kind.Word}', is no {nameof(TriggerPart)}.");
            }
        }
    }

    /// <summary>Those of this product, in the order of the menu.</summary>
    public static TriggerKinds Usual => new(
    [
        new("time", "Schedule", "calendar", typeof(SchedulePart)),
        new("api", "API", "api", typeof(ApiPart)),
        new("event", "Event", "bolt", typeof(EventPart)),
    ]);

    /// <summary>In the order of the menu.</summary>
    public IReadOnlyList<TriggerKind> All { get; }

    /// <summary>The type of a word; null for one that pages do not know.</summary>
    public TriggerKind? Find(string word) => All.FirstOrDefault(kind => kind.Word == word);

    /// <summary>The name of a type, known or not.</summary>
    public string LabelOf(string word) => Find(word)?.Label ?? word;

    /// <summary>The icon of a type, known or not.</summary>
    public string IconOf(string word) => Find(word)?.Icon ?? "bolt";
}
