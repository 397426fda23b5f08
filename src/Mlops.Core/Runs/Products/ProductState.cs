namespace Mlops.Core.Runs.Products;

/// <summary>Whether what there is of a global data product can be used.</summary>
public enum ProductState
{
    /// <summary>No run made it yet.</summary>
    NeverMade,

    /// <summary>Whoever needs it gets what there is.</summary>
    Fresh,

    /// <summary>It is made again when somebody needs it.</summary>
    Outdated,
}
