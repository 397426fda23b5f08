namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>A type of triggers in pages and forms. A type is one component and one line in <see cref="TriggerKinds.Usual"/>.</summary>
/// <param name="Word">Mage's word in <c>schedule_type</c>; unique.</param>
/// <param name="Label">Its name.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Part">The component of what is its own in the form; a <see cref="TriggerPart"/>.</param>
internal sealed record TriggerKind(string Word, string Label, string Icon, Type Part);
