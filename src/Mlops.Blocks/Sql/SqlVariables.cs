using System.Text.Json;
using System.Text.RegularExpressions;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Sql;

/// <summary>Tells forms which variables a statement takes.</summary>
internal static partial class SqlVariables
{
    /// <summary>What every block is told by name is nothing to ask people for.</summary>
    public static IReadOnlyList<BlockParameter> Of(SqlText text) =>
    [
        .. text.Places.SelectMany(place => Call().Matches(place.Expression))
            .Select(call => (Name: Unquoted(call.Groups["name"].Value), Default: DefaultOf(call.Groups["default"])))
            .Where(variable => variable.Name.Length > 0 && !BlockFacts.IsOne(variable.Name))
            .GroupBy(variable => variable.Name, variable => variable.Default, StringComparer.Ordinal)
            .Select(variable => Describe(variable.Key, [.. variable])),
    ];

    private static BlockParameter Describe(string name, IReadOnlyList<JsonElement?> defaults)
    {
        var parameter = defaults.FirstOrDefault(each => each is not null) is { } value
            ? BlockParameter.Of(name, value)
            : new BlockParameter(name, "string", ParameterForm.Text, IsRequired: true, null, []);
        return parameter with { IsRequired = defaults.Contains(null), IsUntyped = true };
    }

    private static JsonElement? DefaultOf(Group given) => !given.Success ? null
        : given.Value[0] is '\'' or '"' ? JsonElement.Parse($"\"{JsonEncodedText.Encode(Unquoted(given.Value))}\"")
        : JsonElement.Parse(given.Value);

    private static string Unquoted(string text) => text[1..^1];

    // variables('day', '2026-01-01')
    [GeneratedRegex("""\bvariables\s*\(\s*(?<name>'[^']*'|"[^"]*")\s*(,\s*(?<default>'[^']*'|"[^"]*"|-?(0|[1-9]\d*)(\.\d+)?|true|false)\s*)?""", RegexOptions.CultureInvariant)]
    private static partial Regex Call();
}
