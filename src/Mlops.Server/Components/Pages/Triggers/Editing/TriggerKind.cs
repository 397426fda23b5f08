using System.Text.Json;
using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>A type of triggers in pages and forms. A type is one component and one line in <see cref="TriggerKinds.Usual"/>.</summary>
/// <param name="Word">Mage's word in <c>schedule_type</c>; unique.</param>
/// <param name="Label">Its name.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Part">The component of what is its own in the form; a <see cref="TriggerPart"/>.</param>
internal sealed record TriggerKind(string Word, string Label, string Icon, Type Part)
{
    /// <summary>What a trigger says that only this type has, by key, for <see cref="TriggerForm.Own"/>; nothing where its part uses the form's fields and settings.</summary>
    public Func<Trigger, IReadOnlyDictionary<string, JsonElement>> Read { get; init; } = _ => new Dictionary<string, JsonElement>();

    /// <summary>Puts those of them that were changed into what is to be written; JSON's null for one that was taken away.</summary>
    public Func<TriggerChange, IReadOnlyDictionary<string, JsonElement>, TriggerChange> Write { get; init; } = (change, _) => change;
}
