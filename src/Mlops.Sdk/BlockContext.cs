using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Mlops.Sdk;

/// <summary>What a block is told about the run that it is part of. Bound to a parameter of this type; made by the block host.</summary>
public sealed partial class BlockContext
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

    /// <summary>Runs a pipeline; see <see cref="TriggerPipelineAsync"/>.</summary>
    public Func<PipelineTrigger, CancellationToken, Task<TriggeredPipelineRun>> Pipelines { get; init; } =
        (trigger, _) => throw new PipelineRunException($"Pipeline '{trigger.PipelineUuid}' was not started: pipelines can be started in runs only.");

    /// <summary>
    /// Starts a run of another pipeline. While its end is awaited, this block and its process stay where they are; a block of type <c>pipeline</c> waits
    /// without. Where this block is stopped meanwhile, the run is cancelled.
    /// </summary>
    /// <param name="pipelineUuid">The pipeline.</param>
    /// <param name="variables">Variables of the run: an object whose members are named as they are, or a dictionary; null for none.</param>
    /// <param name="checkStatus">Whether to wait for the end of the run; else it goes on by itself.</param>
    /// <param name="errorOnFailure">Whether to throw where the run was awaited and did not complete.</param>
    /// <param name="projectUuid">Its project; null for this block's own.</param>
    /// <param name="cancellationToken">Stops waiting; the block's own token stops it anyway.</param>
    /// <returns>The run as it then is.</returns>
    /// <exception cref="PipelineRunException">It could not be started, or it did not complete.</exception>
    /// <exception cref="ArgumentException">The variables are no JSON object.</exception>
    public async Task<TriggeredPipelineRun> TriggerPipelineAsync(
        string pipelineUuid, object? variables = null, bool checkStatus = false, bool errorOnFailure = false, string? projectUuid = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipelineUuid);
        var json = JsonSerializer.SerializeToElement(variables ?? new Dictionary<string, JsonElement>());
        var values = json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)
            : throw new ArgumentException($"The variables of a run must be an object or a dictionary, found {json.ValueKind}.", nameof(variables));
        var run = await Pipelines(new PipelineTrigger(pipelineUuid, projectUuid, values, checkStatus), cancellationToken).ConfigureAwait(false);
        LogTriggered(Logger, run.PipelineRunId, run.PipelineUuid, run.Status);
        return !errorOnFailure || !checkStatus || run.Status == "completed"
            ? run
            : throw new PipelineRunException(
                $"Run {run.PipelineRunId} of pipeline '{run.PipelineUuid}' {(run.Status == "cancelled" ? "was cancelled" : "failed")}{(run.Error is null ? "." : $": {run.Error}")}", run);
    }

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

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {PipelineRunId} of pipeline {PipelineUuid}: {Status}")]
    private static partial void LogTriggered(ILogger logger, long pipelineRunId, string pipelineUuid, string status);
}
