using System.Globalization;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Triggers;

/// <summary>
/// Reads <c>pipelines/&lt;uuid&gt;/triggers.yaml</c> in Mage's format. What is wrong with one trigger is that trigger's problem.
/// </summary>
/// <example>
/// <code>
/// triggers:
/// - name: Retrain every morning
///   schedule_type: time
///   schedule_interval: 30 6 * * *
///   start_time: 2024-05-16 07:00:00+00:00
///   status: active
///   variables: {seed: 7}
///   settings: {time_zone: Europe/London}
/// </code>
/// </example>
internal static class TriggerFile
{
    /// <summary>Its name in the pipeline's folder.</summary>
    public const string FileName = "triggers.yaml";

    /// <summary>The triggers of a pipeline; none where there is no file.</summary>
    /// <exception cref="UnreadableFileException">The file as a whole cannot be read.</exception>
    public static IReadOnlyList<TriggerDefinition> Read(Project project, string pipelineUuid)
    {
        if (ProjectPaths.TryResolve(project.DirectoryPath, $"pipelines/{pipelineUuid}/{FileName}", out var path) is not null || !File.Exists(path))
        {
            return [];
        }

        try
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            return [.. List(YamlReader.Read(PipelineFile.ReadText(path))).Select((node, i) => ReadTrigger(node, i, pipelineUuid, names))];
        }
        catch (YamlFormatException exception)
        {
            throw new UnreadableFileException($"{FileName}, line {exception.Line}, column {exception.Column}: {exception.Message}");
        }
    }

    /// <summary>Position of a trigger in the file's list; -1 where there is none of that name.</summary>
    public static int FindPosition(YamlNode root, string name) =>
        List(root).Select((node, i) => (node, i)).Where(pair => NameOf(pair.node, pair.i) == name).Select(pair => pair.i).FirstOrDefault(-1);

    private static IReadOnlyList<YamlNode> List(YamlNode root) => root switch
    {
        YamlScalar { IsNull: true } => [],
        YamlMap map => map.Find("triggers") switch
        {
            null or YamlScalar { IsNull: true } => [],
            YamlList list => list.Items,
            var other => throw new YamlFormatException($"triggers must be a list of triggers, found {other.Kind}.", other.Line, other.Column),
        },
        _ => throw new YamlFormatException($"The file must be a mapping with the list 'triggers', found {root.Kind}.", root.Line, root.Column),
    };

    private static string NameOf(YamlNode node, int position) =>
        (node as YamlMap)?.FindText("name") ?? string.Create(CultureInfo.InvariantCulture, $"trigger {position + 1}");

    private static TriggerDefinition ReadTrigger(YamlNode node, int position, string pipelineUuid, HashSet<string> names)
    {
        var name = NameOf(node, position);
        if (!names.Add(name))
        {
            var other = string.Create(CultureInfo.InvariantCulture, $"{name} (trigger {position + 1})");
            return new TriggerDefinition { PipelineUuid = pipelineUuid, Name = other, Problem = $"Two triggers are named '{name}'. Rename one." };
        }

        if (node is not YamlMap map)
        {
            return new TriggerDefinition { PipelineUuid = pipelineUuid, Name = name, Problem = $"A trigger must be a mapping with a name, found {node.Kind}." };
        }

        var start = map.FindText("start_time");
        var startTime = ParseTime(start);
        var status = map.FindText("status") ?? "inactive";
        var definition = new TriggerDefinition
        {
            PipelineUuid = pipelineUuid,
            Name = name,
            ScheduleType = map.FindText("schedule_type") ?? "time",
            ScheduleInterval = map.FindText("schedule_interval"),
            StartTime = startTime,
            IsActive = status == "active",
            Description = map.FindText("description"),
            Variables = JsonText(map.Find("variables")),
            Settings = JsonText(map.Find("settings")),
        };
        return definition with { Problem = FindProblem(map, definition, status, start) };
    }

    private static string? FindProblem(YamlMap map, TriggerDefinition definition, string status, string? start)
    {
        if (map.FindText("name") is null)
        {
            return "The trigger has no name. Give it one: runs are counted by it.";
        }

        if (status is not ("active" or "inactive"))
        {
            return $"status is '{status}'; active or inactive is wanted.";
        }

        if (start is not null && definition.StartTime is null)
        {
            return $"start_time is '{start}'; a time such as 2024-05-16 07:00:00+00:00 is wanted.";
        }

        if (map.Find("envs") is YamlList { Items.Count: > 0 })
        {
            return "The trigger is for some environments only (envs), which is not supported yet. Remove envs to run it here.";
        }

        if (TriggerSettings.FindProblem(definition.Settings) is { } problem)
        {
            return problem;
        }

        return definition.ScheduleType switch
        {
            "time" => ScheduleInterval.TryParse(
                definition.ScheduleInterval, (map.Find("settings") as YamlMap)?.FindText("time_zone"), definition.StartTime, out _),
            "api" or "event" => $"Triggers of type '{definition.ScheduleType}' are listed but not run yet. Those of type 'time' are.",
            var other => $"'{other}' is no type of trigger. Write one of time, api, event.",
        };
    }

    private static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string JsonText(YamlNode? node) => node is YamlMap ? YamlJson.ToJson(node).GetRawText() : "{}";
}
