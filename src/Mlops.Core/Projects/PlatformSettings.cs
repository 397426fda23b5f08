using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>What <c>settings.yaml</c> says.</summary>
/// <param name="Name">Name of the platform.</param>
/// <param name="Projects">The projects in the order of the file: uuid and path relative to the file's folder; null where the file gives none.</param>
/// <param name="Problem">Why the file, or its variables, could not be read; null where they could, or are missing.</param>
/// <remarks>
/// Mage writes a mapping; a list is read too. <c>active</c> marks the project that somebody chose last and hides none.
/// <code>
/// name: mlops
/// projects:
///   unit_0_setup: {}
///   unit_1: {path: courses/unit_1, uuid: unit_1, active: true}
/// </code>
/// </remarks>
internal sealed record PlatformSettings(string Name, IReadOnlyList<(string Uuid, string Path)>? Projects, string? Problem)
{
    /// <summary>Its name in the folder of projects.</summary>
    public const string FileName = "settings.yaml";

    private const string DefaultName = "mlops";

    /// <summary>Its <c>variables</c>: those of all projects.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = VariableSection.None;

    /// <summary>Reads the file; one that is missing or wrong leaves the names open.</summary>
    public static PlatformSettings Read(string path)
    {
        if (!File.Exists(path))
        {
            return new PlatformSettings(DefaultName, null, null);
        }

        try
        {
            return YamlReader.Read(PipelineFile.ReadText(path)) switch
            {
                YamlMap map => Read(map),
                YamlScalar { IsNull: true } => new PlatformSettings(DefaultName, null, null),
                var other => Broken($"it must be a mapping with 'projects', found {other.Kind}."),
            };
        }
        catch (YamlFormatException exception)
        {
            return Broken($"line {exception.Line}, column {exception.Column}: {exception.Message}");
        }
        catch (UnreadableFileException exception)
        {
            return Broken(exception.Message);
        }
    }

    /// <summary>Variables that cannot be read leave the projects as they are named.</summary>
    private static PlatformSettings Read(YamlMap map)
    {
        string? problem = null;
        var variables = VariableSection.Read(
            map, (node, message) => problem = $"{FileName}, line {node.Line}, column {node.Column}: {message}");
        return new PlatformSettings(map.FindText("name") ?? DefaultName, ReadProjects(map.Find("projects")), problem) { Variables = variables };
    }

    private static PlatformSettings Broken(string reason) => new(
        DefaultName, null, $"{FileName} cannot be used, so every folder with a metadata.yaml counts as a project: {reason}");

    private static (string Uuid, string Path)[]? ReadProjects(YamlNode? node) => node switch
    {
        null or YamlScalar { IsNull: true } => null,
        YamlMap map => [.. map.Entries.Select(entry => ReadProject(entry.Value, entry.Key.Text))],
        YamlList list => [.. list.Items.Select(item => ReadProject(item, null)).Where(project => project.Uuid.Length > 0)],
        _ => throw new YamlFormatException($"projects must be a mapping or list, found {node.Kind}.", node.Line, node.Column),
    };

    private static (string Uuid, string Path) ReadProject(YamlNode node, string? key)
    {
        var text = (node as YamlScalar)?.Text;
        var map = node as YamlMap;
        var path = (map?.FindText("path") ?? key ?? map?.FindText("uuid") ?? text ?? "").TrimEnd('/');
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        return (map?.FindText("uuid") ?? key ?? path.Split('/')[^1], path);
    }
}
