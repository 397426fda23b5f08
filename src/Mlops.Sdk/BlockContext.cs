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

    /// <summary>1 for the first attempt of this block in this run.</summary>
    public required int Attempt { get; init; }

    /// <summary>The run's variables after merging, by name; names are compared with regard to case.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>Writes to the run log of this block.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Finds a connection profile by name; see <see cref="Connection(string)"/>.</summary>
    public required Func<string, Connection> Connections { get; init; }

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
