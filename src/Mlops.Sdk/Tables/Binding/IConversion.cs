namespace Mlops.Sdk.Tables;

/// <summary>One value conversion; implemented by structs, so that the loop over a column is compiled for it without a call per cell.</summary>
internal interface IConversion<in TStored, TValue>
{
    /// <summary>False where <typeparamref name="TValue"/> cannot hold the value without loss.</summary>
    bool TryConvert(TStored stored, out TValue value);
}
