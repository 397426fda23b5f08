using System.Globalization;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Triggers.Types;
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
internal sealed class TriggerFile(TriggerTypes types, MlopsCoreOptions options)
{
    /// <summary>Its name in the pipeline's folder.</summary>
    public const string FileName = "triggers.yaml";

    private const double MaxSlaSeconds = 366.0 * 24 * 60 * 60;

    /// <summary>The triggers of a pipeline; none where there is no file.</summary>
    /// <exception cref="UnreadableFileException">The file as a whole cannot be read.</exception>
    public IReadOnlyList<TriggerDefinition> Read(Project project, string pipelineUuid)
    {
        if (FindPath(project, pipelineUuid) is not { } path || !File.Exists(path))
        {
            return [];
        }

        try
        {
            return Read(PipelineFile.ReadText(path), pipelineUuid);
        }
        catch (YamlFormatException exception)
        {
            throw new UnreadableFileException($"{FileName}, line {exception.Line}, column {exception.Column}: {exception.Message}");
        }
    }

    /// <summary>The triggers of a file's text.</summary>
    /// <exception cref="YamlFormatException">It cannot be read as a whole.</exception>
    public IReadOnlyList<TriggerDefinition> Read(string text, string pipelineUuid)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. List(YamlReader.Read(text)).Select((node, i) => ReadTrigger(node, i, pipelineUuid, names))];
    }

    /// <summary>Where the file of a pipeline is or would be; null where a link leads out of the project.</summary>
    public static string? FindPath(Project project, string pipelineUuid) =>
        ProjectPaths.TryResolve(project.DirectoryPath, $"pipelines/{pipelineUuid}/{FileName}", out var path) is null ? path : null;

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

    private TriggerDefinition ReadTrigger(YamlNode node, int position, string pipelineUuid, HashSet<string> names)
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

        var definition = new TriggerDefinition
        {
            PipelineUuid = pipelineUuid,
            Name = name,
            ScheduleType = map.FindText("schedule_type") ?? "time",
            ScheduleInterval = map.FindText("schedule_interval"),
            StartTime = ParseTime(map.FindText("start_time")),
            IsActive = map.FindText("status") == "active",
            Description = map.FindText("description"),
            Variables = JsonText(map.Find("variables")),
            Settings = JsonText(map.Find("settings")),
            Sla = ParseSla(map.FindText("sla")),
            Envs = Texts(map.Find("envs")),
            Tags = Texts(map.Find("tags")),
            Token = map.FindText("token"),
            Event = map.Find("event") is YamlMap given ? YamlJson.ToJson(given).GetRawText() : null,
            EventMatchers = map.Find("event_matchers") is YamlList { Items.Count: > 0 } matchers ? YamlJson.ToJson(matchers).GetRawText() : null,
        };
        return definition with { Problem = FindProblem(map, definition), RestsBecause = FindRest(definition.Envs) };
    }

    private string? FindProblem(YamlMap map, TriggerDefinition definition)
    {
        if (map.FindText("name") is null)
        {
            return "The trigger has no name. Give it one: runs are counted by it.";
        }

        foreach (var (key, wanted, isRight) in Checks)
        {
            if (map.Find(key) is { } node and not YamlScalar { IsNull: true } && !isRight(node))
            {
                return $"{key} is {Describe(node)}; {wanted} is wanted.";
            }
        }

        return TriggerSettings.FindProblem(definition.Settings) ?? types.FindProblem(definition.Cause);
    }

    private string? FindRest(IReadOnlyList<string> envs) => envs.Count == 0 || envs.Contains(options.Environment, StringComparer.Ordinal)
        ? null
        : $"Rests here: it is for {string.Join(", ", envs)} (envs), and MLOPS_ENV of this server is {options.Environment ?? "not set"}.";

    private static readonly (string Key, string Wanted, Func<YamlNode, bool> IsRight)[] Checks =
    [
        ("status", "active or inactive", node => node is YamlScalar { Text: "active" or "inactive" }),
        ("start_time", "a time such as 2024-05-16 07:00:00+00:00", node => node is YamlScalar scalar && ParseTime(scalar.Text) is not null),
        ("sla", "a number of seconds", node => node is YamlScalar scalar && ParseSla(scalar.Text) is not null),
        ("envs", "a list of names of environments", IsListOfTexts),
        ("tags", "a list of tags", IsListOfTexts),
        ("variables", "a mapping of names to values", node => node is YamlMap),
        ("settings", "a mapping of settings to values", node => node is YamlMap),
        ("event", "a mapping such as {type: file, path: data/inbox}", node => node is YamlMap),
        ("event_matchers", "a list of matchers", node => node is YamlList),
        ("token", $"a text of at least {TriggerToken.LeastLength} characters, letters, digits, - and _", node => node is YamlScalar scalar && TriggerToken.IsGood(scalar.Text)),
    ];

    /// <summary>Not the value where it may be a secret.</summary>
    private static string Describe(YamlNode node) => node is YamlScalar { Text: { Length: < 40 } text } ? $"'{text}'" : node is YamlScalar ? "a long text" : node.Kind;

    private static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static TimeSpan? ParseSla(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= MaxSlaSeconds ? TimeSpan.FromSeconds(seconds) : null;

    private static bool IsListOfTexts(YamlNode node) => node is YamlList list && list.Items.All(item => item is YamlScalar { IsNull: false });

    private static IReadOnlyList<string> Texts(YamlNode? node) => node is YamlList list ? [.. list.Items.OfType<YamlScalar>().Select(item => item.Text)] : [];

    private static string JsonText(YamlNode? node) => node is YamlMap ? YamlJson.ToJson(node).GetRawText() : "{}";
}
