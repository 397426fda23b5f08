namespace Mlops.Server.Components.Shared;

/// <summary>A tab of <see cref="Tabs"/>.</summary>
/// <param name="Title">Its word.</param>
/// <param name="Href">Its address.</param>
/// <param name="Count">How much is in it; null for no number.</param>
public sealed record TabItem(string Title, string Href, long? Count = null);
