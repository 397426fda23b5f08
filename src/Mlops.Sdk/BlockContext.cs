using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Mlops.Sdk;

/// <summary>What a block is told about the run that it is part of. Bound to a parameter of this type; made by the block host.</summary>
public sealed class BlockContext
{
    /// <summary>The pipeline run's id; positive.</summary>
    public required long PipelineRunId { get; init; }

    /// <summary>The uuid (folder name) of the project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>The uuid of the pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>The uuid of this block.</summary>
    public required string BlockUuid { get; init; }

    /// <summary>Absolute path of the project's folder, without a separator at the end.</summary>
    public required string ProjectPath { get; init; }

    /// <summary>The instant that the run stands for (the scheduled one, else when it was created), UTC.</summary>
    public required DateTimeOffset ExecutionDate { get; init; }

    /// <summary>The day of <see cref="ExecutionDate"/> in UTC, such as <c>2026-11-25</c>.</summary>
    public string Ds => ExecutionDate.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The hour of <see cref="ExecutionDate"/> in UTC, from <c>00</c> to <c>23</c>.</summary>
    public string Hr => ExecutionDate.UtcDateTime.ToString("HH", CultureInfo.InvariantCulture);

    /// <summary>Begin of the time that the run is to handle, UTC: its scheduled instant, or what a backfill says; null for runs without a schedule.</summary>
    public DateTimeOffset? IntervalStartDatetime { get; init; }

    /// <summary>End of the time that the run is to handle, UTC: the next instant of the schedule; null where there is none.</summary>
    public DateTimeOffset? IntervalEndDatetime { get; init; }

    /// <summary>Begin of the interval before this one, UTC; null where there is none.</summary>
    public DateTimeOffset? IntervalStartDatetimePrevious { get; init; }

    /// <summary>From begin to end of the interval, in seconds; null where one of them is not known.</summary>
    public double? IntervalSeconds => (IntervalEndDatetime - IntervalStartDatetime)?.TotalSeconds;

    /// <summary>Name of the trigger that made the run; null for a run that somebody started.</summary>
    public string? TriggerName { get; init; }

    /// <summary>What made an event trigger start the run (the variable <c>event</c>); null without one.</summary>
    public JsonElement? Event => Variables.TryGetValue("event", out var value) ? value : null;

    /// <summary>Where the block runs: <c>prod</c> in runs of a pipeline, unless the variable <c>env</c> says otherwise.</summary>
    public string Env => Variables.TryGetValue("env", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "prod";

    /// <summary>1 for the first attempt of this block in this run.</summary>
    public required int Attempt { get; init; }

    /// <summary>The block's <c>configuration</c>, its templates rendered when it is first asked for; empty where the file gives none.</summary>
    /// <exception cref="FormatException">A template in it cannot be rendered; the message says where and why.</exception>
    public IReadOnlyDictionary<string, JsonElement> Configuration => Configurations();

    /// <summary>The run's variables after merging, by name; names are compared with regard to case.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>Writes to the run log of this block.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Finds a connection profile by name; see <see cref="Connection(string)"/>.</summary>
    public required Func<string, Connection> Connections { get; init; }

    /// <summary>Gives the value of a secret; see <see cref="Secret(string)"/>.</summary>
    public Func<string, string> Secrets { get; init; } = name => throw new KeyNotFoundException($"There is no secret '{name}' here.");

    /// <summary>Renders a template; see <see cref="Render(string)"/>.</summary>
    public Func<string, string> Templates { get; init; } = text => text;

    /// <summary>Gives <see cref="Configuration"/>.</summary>
    public Func<IReadOnlyDictionary<string, JsonElement>> Configurations { get; init; } = () => new Dictionary<string, JsonElement>();

    /// <summary>The value of a secret of the project, or of all projects. It is masked in the run log; do not put it into an output.</summary>
    /// <exception cref="KeyNotFoundException">There is no such secret; the message says where to set it.</exception>
    public string Secret(string name) => Secrets(name);

    /// <summary>
    /// The text with what stands between double braces replaced, as in <c>io_config.yaml</c>: <c>{{ ds }}</c>, <c>{{ n_days_ago(7) }}</c>,
    /// <c>{{ variables('x') }}</c>, <c>{{ env_var('X') }}</c>, <c>{{ secret('X') }}</c>.
    /// </summary>
    /// <exception cref="FormatException">It cannot be rendered; the message says why.</exception>
    public string Render(string template) => Templates(template);

    /// <summary>The connection profile named <paramref name="profile"/> in the project's <c>io_config.yaml</c>.</summary>
    /// <exception cref="ConnectionException">There is no such profile, or it names no known provider; the message says what there is.</exception>
    public Connection Connection(string profile) => Connections(profile);

    /// <summary>
    /// Absolute path of <paramref name="relativePath"/> inside the project's folder. An absolute path is returned only where it lies inside.
    /// </summary>
    /// <exception cref="ArgumentException">The path leads out of the project.</exception>
    public string ResolvePath(string relativePath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(relativePath);
        var root = Path.GetFullPath(ProjectPath);
        var full = Path.GetFullPath(relativePath, root);
        return full == root || full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ArgumentException($"'{relativePath}' leads out of the project '{ProjectUuid}'. Give a path inside the project's folder.", nameof(relativePath));
    }
}
