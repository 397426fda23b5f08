namespace Mlops.Blocks.Sql;

/// <summary>Where a value is filled in.</summary>
/// <param name="Index">Index of the braces in the text.</param>
/// <param name="Length">Length with all braces.</param>
/// <param name="Expression">What stands between them.</param>
/// <param name="Quoting">What it stands in.</param>
internal sealed record SqlPlace(int Index, int Length, string Expression, SqlQuoting Quoting);
