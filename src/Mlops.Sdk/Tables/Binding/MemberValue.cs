using System.Reflection;

namespace Mlops.Sdk.Tables;

/// <summary>Where a constructor's argument comes from: an array of decoded cells, or one value for all rows.</summary>
/// <param name="Slot">Index of the array; null for the fixed value.</param>
/// <param name="Fixed">The parameter's default value, or null.</param>
internal sealed record MemberValue(int? Slot, object? Fixed);

/// <summary>A property and where its value comes from.</summary>
internal sealed record PropertyValue(PropertyInfo Property, MemberValue Value);
