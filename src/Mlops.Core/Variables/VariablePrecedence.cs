using System.Text.Json;

namespace Mlops.Core.Variables;

/// <summary>
/// Which value of a variable counts, as in Mage: global &lt; project &lt; pipeline &lt; trigger &lt; run. A value replaces the one below as a whole (mappings
/// are not merged), also where it is null.
/// </summary>
public static class VariablePrecedence
{
    /// <summary>Every variable with its values, by the first appearance of its name in the order of precedence.</summary>
    /// <param name="layers">In any order; of two with one source, the later one goes before.</param>
    public static IReadOnlyList<EffectiveVariable> Resolve(IEnumerable<VariableLayer> layers)
    {
        var settings =
            from layer in layers.OrderBy(layer => layer.Source)
            from variable in layer.Variables
            select (variable.Key, Setting: new VariableSetting(layer.Source, variable.Value));
        return [.. settings.GroupBy(each => each.Key, each => each.Setting, StringComparer.Ordinal)
            .Select(group => new EffectiveVariable(group.Key, [.. group.Reverse()]))];
    }

    /// <summary>The values that count, by name in the same order.</summary>
    /// <inheritdoc cref="Resolve"/>
    public static IReadOnlyDictionary<string, JsonElement> Merge(IEnumerable<VariableLayer> layers) =>
        Resolve(layers).ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
}
