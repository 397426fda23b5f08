namespace Mlops.Blocks.Sql;

/// <summary>What a part of SQL stands in, by which a value that is filled in there must be quoted.</summary>
internal enum SqlQuoting
{
    /// <summary>Nothing: the value becomes a literal.</summary>
    None,

    /// <summary>A text, <c>'...'</c>.</summary>
    Text,

    /// <summary>A text in which backslashes count, <c>E'...'</c>.</summary>
    EscapedText,

    /// <summary>A name, <c>"..."</c>.</summary>
    Name,

    /// <summary>A text in which nothing can be quoted, <c>$$...$$</c> or <c>U&amp;'...'</c>: nothing is filled in there.</summary>
    Raw,
}
