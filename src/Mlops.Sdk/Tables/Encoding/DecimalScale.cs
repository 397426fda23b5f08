namespace Mlops.Sdk.Tables;

/// <summary>The most places that any value of a decimal column has, over all batches: .NET declares no scale, Arrow needs one.</summary>
internal sealed class DecimalScale
{
    public int Places { get; set; }
}
