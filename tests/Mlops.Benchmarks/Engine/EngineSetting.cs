namespace Mlops.Benchmarks.Engine;

/// <summary>How the engine is set up.</summary>
/// <param name="DatabaseName"><c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Database">PostgreSQL connection string; null for SQLite.</param>
/// <param name="UsesRunners">Whether blocks run in child processes; else in this one.</param>
/// <param name="Slots">Runs at a time, and so runner processes.</param>
internal sealed record EngineSetting(string DatabaseName, string? Database, bool UsesRunners, int Slots)
{
    /// <summary>The end of the name of a figure.</summary>
    public string Suffix => $"{DatabaseName}_{(UsesRunners ? "runners" : "inprocess")}";
}
