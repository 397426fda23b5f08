using Mlops.Blocks.Templates;

namespace Mlops.Blocks.Sql;

/// <summary>A statement with its values filled in, that knows where its parts stand in the file.</summary>
internal sealed class SqlStatement
{
    private readonly List<(int At, int Source, bool IsValue)> _parts = [];

    private SqlStatement(SqlText text, TemplateRenderer templates)
    {
        using var writer = new BoundedWriter();
        var from = 0;
        foreach (var place in text.Places)
        {
            Add(writer, text.Text.AsSpan(from, place.Index - from), from);
            Add(writer, place, templates);
            from = place.Index + place.Length;
        }

        Add(writer, text.Text.AsSpan(from, text.End - from), from);
        Sql = writer.ToString();
    }

    /// <summary>The statement.</summary>
    public string Sql { get; }

    /// <exception cref="SqlTextException">A value is not there, or cannot be filled in.</exception>
    public static SqlStatement Render(SqlText text, TemplateRenderer templates) => new(text, templates);

    /// <summary>Where in the file stands what is at <paramref name="offset"/> in the statement; for a value, its braces.</summary>
    public int SourceOf(int offset)
    {
        var (at, source, isValue) = _parts.FindLast(part => part.At <= offset);
        return isValue ? source : source + (offset - at);
    }

    private void Add(BoundedWriter writer, ReadOnlySpan<char> text, int source)
    {
        _parts.Add((writer.Length, source, false));
        writer.Write(text);
    }

    private void Add(BoundedWriter writer, SqlPlace place, TemplateRenderer templates)
    {
        _parts.Add((writer.Length, place.Index, true));
        try
        {
            var value = SqlLiteral.Of(templates.Evaluate(place.Expression), place.Quoting);

            // Of itself it must not become part of what is beside it: -{{ n }} with -5 would be a comment.
            writer.Write(place.Quoting == SqlQuoting.None ? $" {value} " : value);
        }
        catch (TemplateException exception)
        {
            throw new SqlTextException(exception.Message, place.Index);
        }
    }
}
