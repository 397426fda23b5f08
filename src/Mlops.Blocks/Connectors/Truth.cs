using System.Globalization;
using System.Numerics;

namespace Mlops.Blocks.Connectors;

/// <summary>
/// Whether a value says yes: true, a number that is not 0, a text that is not empty, <c>0</c> or <c>false</c>, and anything of another kind that is there.
/// Null and what is no number (NaN) say no.
/// </summary>
internal static class Truth
{
    public static bool Of(object? value) => value switch
    {
        null or DBNull => false,
        bool flag => flag,
        string text => OfText(text),
        BigInteger number => !number.IsZero,
        double number => number != 0 && !double.IsNaN(number),
        float number => number != 0 && !float.IsNaN(number),
        decimal number => number != 0,
        sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToDecimal(value, CultureInfo.InvariantCulture) != 0,
        _ => true,
    };

    public static bool OfText(string text) => text.Trim() is not ("" or "0") and var word && !word.Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>A number of any size as a database writes it: <c>0.00</c>, <c>-1e-400</c>, <c>$1.00</c>, <c>Infinity</c>, <c>NaN</c>.</summary>
    public static bool OfNumber(string text) =>
        text.Contains("Infinity", StringComparison.OrdinalIgnoreCase) || text.Split('e', 'E')[0].AsSpan().IndexOfAnyInRange('1', '9') >= 0;
}
