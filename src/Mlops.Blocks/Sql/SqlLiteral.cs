using System.Text.Json;
using Fluid.Values;
using Mlops.Blocks.Templates;

namespace Mlops.Blocks.Sql;

/// <summary>Writes values into SQL so that they stay values, whatever stands in them.</summary>
internal static class SqlLiteral
{
    /// <summary>The value for a place that stands in <paramref name="quoting"/>.</summary>
    /// <exception cref="TemplateException">It holds what SQL cannot hold.</exception>
    public static string Of(FluidValue value, SqlQuoting quoting)
    {
        var text = value.ToStringValue();
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new TemplateException("has a value between braces that holds the character 0, which no text of SQL can hold.");
        }

        return quoting switch
        {
            SqlQuoting.Text => Doubled(text, "'"),
            SqlQuoting.EscapedText => Doubled(Doubled(text, "\\"), "'"),
            SqlQuoting.Name => Doubled(text, "\""),
            SqlQuoting.None => IsBare(value) ? (text.Length == 0 ? "null" : text) : $"'{Doubled(text, "'")}'",
            _ => throw new InvalidOperationException($"Nothing is filled into {quoting}."),
        };
    }

    /// <summary>Numbers, truth values and null are written as they are: JSON's are SQL's.</summary>
    private static bool IsBare(FluidValue value) => value switch
    {
        JsonFluidValue json => json.Element.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined,
        NumberValue or BooleanValue or NilValue => true,
        _ => false,
    };

    private static string Doubled(string text, string sign) => text.Replace(sign, sign + sign, StringComparison.Ordinal);
}
