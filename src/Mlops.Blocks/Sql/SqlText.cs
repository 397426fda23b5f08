namespace Mlops.Blocks.Sql;

/// <summary>The one statement of a file, with the places in which values are filled in.</summary>
/// <param name="Text">The text of the file.</param>
/// <param name="End">Where the statement ends in it: at its semicolon, or with the text.</param>
/// <param name="Places">The places, in order; none in a comment.</param>
internal sealed record SqlText(string Text, int End, IReadOnlyList<SqlPlace> Places);
