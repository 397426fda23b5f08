using System.Globalization;
using System.Numerics;

namespace Mlops.Sdk.Tables;

/// <summary>Numbers as text that reads back as the same number.</summary>
internal static class NumberText
{
    // From here on Python writes an exponent; below, digits.
    private const int FirstExponent = 16;

    /// <summary>
    /// The shortest text that gives the same double, always recognisable as no integer: <c>22.0</c>, <c>7.25</c>, <c>1e+16</c>, <c>NaN</c>,
    /// <c>inf</c>. As Python's repr has it, and so pandas' to_csv.
    /// </summary>
    public static string Of(double value) => Shape(value.ToString("R", CultureInfo.InvariantCulture), double.IsFinite(value), value > 0);

    /// <inheritdoc cref="Of(double)"/>
    public static string Of(float value) => Shape(value.ToString("R", CultureInfo.InvariantCulture), float.IsFinite(value), value > 0);

    /// <summary>All digits of an Arrow decimal: <paramref name="digits"/> / 10^<paramref name="scale"/>.</summary>
    public static string OfDecimal(BigInteger digits, int scale)
    {
        if (scale <= 0)
        {
            return (digits * BigInteger.Pow(10, -scale)).ToString(CultureInfo.InvariantCulture);
        }

        var text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(digits.Sign < 0 ? "-" : "")}{text[..^scale]}.{text[^scale..]}";
    }

    // .NET writes 22, 1E+15 and 1E-05 where Python writes 22.0, 1000000000000000.0 and 1e-05, so only its digits and exponent are taken.
    private static string Shape(string text, bool finite, bool positive)
    {
        if (!finite)
        {
            return text == "NaN" ? text : positive ? "inf" : "-inf";
        }

        if (text.Length < FirstExponent && !text.Contains('E', StringComparison.Ordinal))
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        var sign = text[0] == '-' ? "-" : "";
        var parts = text[sign.Length..].Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var shift = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var exponent = (point < 0 ? all.Length : point) - (all.Length - digits.Length) + shift - 1;
        return sign + Shape(digits.TrimEnd('0'), exponent);
    }

    // digits d1d2d3..., value d1.d2d3... * 10^exponent
    private static string Shape(string digits, int exponent)
    {
        if (exponent is < -4 or >= FirstExponent)
        {
            var rest = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{rest}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
        {
            return $"0.{new string('0', -exponent - 1)}{digits}";
        }

        var padded = digits.PadRight(exponent + 2, '0');
        return $"{padded[..(exponent + 1)]}.{padded[(exponent + 1)..]}";
    }
}
