using System.Text.Json;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>Reads the section <c>variables</c> that the files of platform, project and pipeline have in common: names with any values.</summary>
internal static class VariableSection
{
    /// <summary>Its key.</summary>
    public const string Key = "variables";

    /// <summary>No variables; one object, so that projects without any are equal.</summary>
    public static IReadOnlyDictionary<string, JsonElement> None { get; } = new Dictionary<string, JsonElement>();

    /// <summary>The variables by name in the order of the file; none where the section is missing or wrong, which is reported.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Read(YamlMap map, Action<YamlNode, string> error)
    {
        var section = map.Find(Key);
        if (section is not (null or YamlMap or YamlScalar { IsNull: true }))
        {
            error(section, $"{Key} must be a mapping of names to values, found {section.Kind}.");
        }

        return YamlJson.ToDictionary(section) is { Count: > 0 } variables ? variables : None;
    }
}
