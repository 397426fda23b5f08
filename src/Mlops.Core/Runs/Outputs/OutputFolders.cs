using System.Globalization;

namespace Mlops.Core.Runs.Outputs;

/// <summary>How outputs lie in their store: <c>project/pipeline/run/block/attempt/file</c>.</summary>
public static class OutputFolders
{
    /// <summary>Folder of a run's outputs.</summary>
    internal static string OfRun(string projectUuid, string pipelineUuid, long pipelineRunId) =>
        string.Create(CultureInfo.InvariantCulture, $"{projectUuid}/{pipelineUuid}/{pipelineRunId}");

    /// <summary>Folder of the files of a block's current attempt. The attempt is part of it, so that a worker that lost its run overwrites nothing.</summary>
    internal static string OfAttempt(PipelineRun run, BlockRun block) =>
        string.Create(CultureInfo.InvariantCulture, $"{OfRun(run.ProjectUuid, run.PipelineUuid, run.Id)}/{NameOf(block)}/{block.Attempt}");

    /// <summary>A colon, which joins uuids in that of a block run, is no part of a file's name everywhere.</summary>
    private static string NameOf(BlockRun block) => block.BlockUuid.Replace(':', '~');

    /// <summary>The run that a path in the store belongs to; null where it is no path of ours.</summary>
    /// <param name="path">Path of a run's folder or of something in it.</param>
    public static long? FindRunId(string path) =>
        path.Split('/') is [_, _, var id, ..] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
