namespace Mlops.Server.Api.Mage;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Limit">At most so many.</param>
/// <param name="Offset">So many of the first ones are left out.</param>
internal sealed record MagePage(int Limit, int Offset)
{
    /// <summary>Longest page of a list.</summary>
    public const int Maximum = 200;

    /// <summary>The part of a list.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> all) => [.. all.Skip(Offset).Take(Limit)];

    /// <summary>What is said of the part.</summary>
    /// <param name="count">Items of the whole list.</param>
    public MageMetadata Describe(long count) => new(count, Offset + (long)Limit < count, Offset > 0);
}

/// <summary>What Mage says of a part of a list.</summary>
/// <param name="Count">Items of the whole list.</param>
/// <param name="Next">Whether there are more behind.</param>
/// <param name="Previous">Whether there are some before.</param>
internal sealed record MageMetadata(long Count, bool Next, bool Previous);
