namespace Mlops.Core.Projects.Products;

/// <summary>Something that is wrong with a project's <c>global_data_products.yaml</c>.</summary>
/// <param name="Message">In words.</param>
/// <param name="Line">From 1; null where it is of no line.</param>
/// <param name="Column">From 1; null likewise.</param>
public sealed record ProductProblem(string Message, int? Line = null, int? Column = null)
{
    /// <summary>With the file and its place.</summary>
    public override string ToString() => Line is null
        ? Message
        : FormattableString.Invariant($"{GlobalDataProductFile.FileName}, line {Line}, column {Column}: {Message}");
}
