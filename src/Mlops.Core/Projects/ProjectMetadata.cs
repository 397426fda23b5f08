using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>What a project's <c>metadata.yaml</c> says.</summary>
/// <param name="Problem">What is wrong with it, in words; null where nothing is. What could be read holds all the same.</param>
internal sealed record ProjectMetadata(string? Problem)
{
    private const string FileName = "metadata.yaml";

    /// <summary>Its <c>retry_config</c>.</summary>
    public RetrySettings Retry { get; init; } = new();

    /// <summary>Its <c>concurrency_config</c>.</summary>
    public RunLimits Limits { get; init; } = RunLimits.None;

    /// <summary>Its <c>variables</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = VariableSection.None;

    /// <summary>Its <c>variables_retention_period</c>; null where nothing is removed, also while the file cannot be read.</summary>
    public TimeSpan? RetentionPeriod { get; init; }

    /// <summary>Reads the file.</summary>
    /// <param name="projectPath">Absolute path of the project's folder.</param>
    /// <param name="stamps">Takes the file.</param>
    public static ProjectMetadata Read(string projectPath, FileStamps stamps)
    {
        stamps.Add(Path.Combine(projectPath, FileName));
        if (ProjectPaths.TryResolve(projectPath, FileName, out var path) is { } refusal)
        {
            return new ProjectMetadata(refusal);
        }

        try
        {
            return File.Exists(path)
                ? Read(YamlReader.Read(PipelineFile.ReadText(path)))
                : new ProjectMetadata($"{FileName} is missing. Create it, with the line 'project_type: standalone'.");
        }
        catch (YamlFormatException exception)
        {
            return new ProjectMetadata($"{FileName}, line {exception.Line}, column {exception.Column}: {exception.Message}");
        }
        catch (UnreadableFileException exception)
        {
            return new ProjectMetadata($"{FileName}: {exception.Message}");
        }
    }

    private static ProjectMetadata Read(YamlNode root)
    {
        if (root is not YamlMap map)
        {
            return root is YamlScalar { IsNull: true }
                ? new ProjectMetadata((string?)null) { RetentionPeriod = Projects.RetentionPeriod.Default }
                : new ProjectMetadata($"{FileName} must be a mapping, found {root.Kind}.");
        }

        var problems = new List<string>();
        void Report(YamlNode node, string message) => problems.Add($"{FileName}, line {node.Line}, column {node.Column}: {message}");
        var settings = new RunSettingsReader(Report);
        var metadata = new ProjectMetadata((string?)null)
        {
            Retry = settings.ReadRetry(map),
            Limits = settings.ReadLimits(map),
            RetentionPeriod = Projects.RetentionPeriod.Read(map, Report),
            Variables = VariableSection.Read(map, Report),
        };
        return problems.Count == 0 ? metadata : metadata with { Problem = string.Join(' ', problems) };
    }
}
