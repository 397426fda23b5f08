namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>What a look at DuckDB sees.</summary>
/// <param name="Who">The database in words, which begin errors.</param>
/// <param name="ProjectPath">Absolute path of the project: there lie files that are named without a folder of the machine, <c>'data/orders.csv'</c>.</param>
/// <param name="Schema">The schema of names without one; null for the database's own.</param>
internal sealed record DuckDbSight(string Who, string ProjectPath, string? Schema);
