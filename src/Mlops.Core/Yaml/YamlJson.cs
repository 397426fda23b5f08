using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mlops.Core.Yaml;

/// <summary>
/// Values of YAML as JSON. Plain scalars mean what Mage's reader (PyYAML, YAML 1.1) makes of them where that does no harm:
/// <c>yes no on off</c> are booleans like <c>true false</c>, and <c>1_000</c> is a number. As in YAML 1.2 <c>1e5</c> is a number and <c>1:30</c>
/// is text. Numbers keep every digit that is written. What the versions of YAML read differently or JSON cannot hold is text as it stands:
/// <c>007</c>, dates, <c>.inf</c> and <c>.nan</c> (as <c>Infinity</c>, <c>-Infinity</c>, <c>NaN</c>).
/// </summary>
internal static partial class YamlJson
{
    /// <summary>Longer digits are text.</summary>
    private const int MaxNumberLength = 100;

    /// <summary>JSON's null.</summary>
    public static JsonElement Null { get; } = JsonElement.Parse("null");

    /// <summary>The value as JSON; keys in the order of the file.</summary>
    public static JsonElement ToJson(YamlNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, node);
        }

        return JsonElement.Parse(stream.ToArray());
    }

    /// <summary>The entries of a mapping as JSON; empty for anything else.</summary>
    public static IReadOnlyDictionary<string, JsonElement> ToDictionary(YamlNode? node)
    {
        var values = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var entry in node is YamlMap map ? map.Entries : [])
        {
            values.Add(entry.Key.Text, ToJson(entry.Value));
        }

        return values;
    }

    /// <summary>What a plain scalar means as JSON text; null where it is text.</summary>
    public static string? Resolve(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => "null",
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => "true",
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => "false",
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => "\"Infinity\"",
        "-.inf" or "-.Inf" or "-.INF" => "\"-Infinity\"",
        ".nan" or ".NaN" or ".NAN" => "\"NaN\"",
        { Length: > MaxNumberLength } => null,
        _ => ResolveNumber(plain),
    };

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key.Text);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case YamlList list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case YamlScalar scalar when scalar.IsPlain && Resolve(scalar.Text) is { } json:
                writer.WriteRawValue(json);
                break;
            case YamlScalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    private static string? ResolveNumber(string plain)
    {
        if (Whole().IsMatch(plain))
        {
            return plain.TrimStart('+').Replace("_", "", StringComparison.Ordinal);
        }

        if (Hexadecimal().IsMatch(plain))
        {
            // The zero in front keeps the number positive.
            return BigInteger.Parse("0" + plain[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        if (Octal().IsMatch(plain))
        {
            return plain[2..].Aggregate(BigInteger.Zero, (value, digit) => (value * 8) + (digit - '0')).ToString(CultureInfo.InvariantCulture);
        }

        return Decimal().Match(plain) is { Success: true } match ? ToJsonDecimal(match) : null;
    }

    /// <summary>JSON wants digits on both sides of the point and no zeros in front: <c>.5</c> is <c>0.5</c>, <c>5.e3</c> is <c>5.0e3</c>.</summary>
    private static string ToJsonDecimal(Match match)
    {
        var whole = match.Groups["whole"].Value.Replace("_", "", StringComparison.Ordinal).TrimStart('0');
        var point = match.Groups["point"];
        var fraction = match.Groups["fraction"].Value.Replace("_", "", StringComparison.Ordinal);
        var minus = match.Groups["sign"].Value == "-" ? "-" : "";
        return minus + (whole.Length == 0 ? "0" : whole)
            + (point.Success ? "." + (fraction.Length == 0 ? "0" : fraction) : "") + match.Groups["exponent"].Value;
    }

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9_]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(
        @"^(?<sign>[-+]?)(?=\.?[0-9])(?=.*[.eE])(?<whole>[0-9][0-9_]*)?((?<point>\.)(?<fraction>[0-9_]*))?(?<exponent>[eE][-+]?[0-9]+)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();
}
