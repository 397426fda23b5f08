using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Errors;

/// <summary>What there is to say of a failed block beside its message.</summary>
internal static class ErrorSummary
{
    private const string Rejected = "rejected";

    /// <summary>Such as <c>fill_in_missing_values failed: column Fare does not fit</c>; a long or technical cause is left to the message.</summary>
    public static string Title(BlockRun block)
    {
        if (block.Error is not { } error)
        {
            return $"{block.Name} failed";
        }

        if (error.Type == Rejected)
        {
            return $"{block.Name} was rejected";
        }

        var cause = error.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
        return cause.Length is > 0 and <= 90 ? $"{block.Name} failed: {cause}" : $"{block.Name} failed with {TypeName(error)}";
    }

    /// <summary>The type without its namespace, or the stable word with spaces: <c>FormatException</c>, <c>compile error</c>.</summary>
    public static string TypeName(BlockError error) =>
        error.Type.Contains('.', StringComparison.Ordinal) ? error.Type[(error.Type.LastIndexOf('.') + 1)..] : error.Type.Replace('_', ' ');

    /// <summary>Type and message; of an answer of a person the message alone.</summary>
    public static string Message(BlockError error) => error.Type == Rejected ? error.Message : $"{TypeName(error)}: {error.Message}";

    /// <summary>What the failure meant for the others.</summary>
    public static string Consequence(PipelineRun run)
    {
        var lost = run.BlockRuns.Count(block => block.Status == BlockRunStatus.UpstreamFailed);
        var kept = run.BlockRuns.Count(block => block.Status == BlockRunStatus.Completed);
        var first = lost == 0 ? "No other block is held up" : $"{Numbers.Count(lost, "block")} {(lost == 1 ? "is" : "are")} upstream failed and did not run";
        return kept switch
        {
            0 => first,
            1 => $"{first}; 1 completed block keeps its output",
            _ => $"{first}; {Numbers.Text(kept)} completed blocks keep their outputs",
        };
    }

    /// <summary>What to do about it.</summary>
    public static string Remedy(BlockRun block) => block.Error?.Type switch
    {
        Rejected => "Do as the answer says, then retry the incomplete blocks: the run asks again, and completed blocks are not run again",
        "approval_timeout" => "Retry the incomplete blocks: the run asks again, and completed blocks are not run again",
        _ => "Mend the block, then retry the incomplete blocks: completed ones are not run again",
    };

    /// <summary><c>transformers/fill.cs:10:46</c>; null where the file is unknown.</summary>
    public static string? Place(BlockError error) => error.File is not { } file
        ? null
        : FormattableString.Invariant($"{file}{(error.Line is { } line ? $":{line}" : "")}{(error.Line is not null && error.Column is { } column ? $":{column}" : "")}");

    /// <summary>Everything to put into a message to a colleague.</summary>
    public static string ForClipboard(PipelineRun run, BlockRun block) => string.Join('\n', new[]
    {
        FormattableString.Invariant($"Run #{run.Id} of {run.PipelineUuid}, block {block.BlockUuid}, attempt {block.Attempt}"),
        block.Error is { } error ? $"{error.Type}: {error.Message}" : "failed",
        block.Error is null ? null : Place(block.Error),
        block.Error?.Code,
        block.Error?.StackTrace,
    }.Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>Lines of a stack trace that are frames.</summary>
    public static int Frames(string stackTrace) => stackTrace.Split('\n').Count(line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
}
