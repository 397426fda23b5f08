using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mlops.Core.Runs.Outputs;

/// <summary>How outputs lie in their store: <c>project/pipeline/run/block/attempt/file</c>.</summary>
public static class OutputFolders
{
    private const int MaxNameBytes = 200;

    /// <summary>Of a name that is too long; no character has more than three bytes, or four in two.</summary>
    private const int KeptCharacters = 50;

    /// <summary>Folder of a run's outputs.</summary>
    internal static string OfRun(string projectUuid, string pipelineUuid, long pipelineRunId) =>
        string.Create(CultureInfo.InvariantCulture, $"{projectUuid}/{pipelineUuid}/{pipelineRunId}");

    /// <summary>Folder of the files of a block's current attempt. The attempt is part of it, so that a worker that lost its run overwrites nothing.</summary>
    internal static string OfAttempt(PipelineRun run, BlockRun block) =>
        string.Create(CultureInfo.InvariantCulture, $"{OfRun(run.ProjectUuid, run.PipelineUuid, run.Id)}/{NameOf(block)}/{block.Attempt}");

    /// <summary>A colon, which joins uuids in that of a block run, is no part of a file's name everywhere; and a name of a file has up to 255 bytes.</summary>
    private static string NameOf(BlockRun block)
    {
        var name = block.BlockUuid.Replace(':', '~');
        var bytes = Encoding.UTF8.GetBytes(name);
        var kept = char.IsHighSurrogate(name[Math.Min(KeptCharacters, name.Length) - 1]) ? KeptCharacters - 1 : KeptCharacters;
        return bytes.Length <= MaxNameBytes ? name : $"{name[..kept]}~{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}";
    }

    /// <summary>The run that a path in the store belongs to; null where it is no path of ours.</summary>
    /// <param name="path">Path of a run's folder or of something in it.</param>
    public static long? FindRunId(string path) =>
        path.Split('/') is [_, _, var id, ..] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
