using System.Diagnostics;
using System.Reflection;
using System.Text;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Errors;

/// <summary>Turns an exception of a user's code into the error that people read: their file and line, no frames of ours.</summary>
internal static class ExceptionDescriber
{
    private static readonly string[] PlumbingFrames =
    [
        "   at Mlops.Blocks.", "   at System.RuntimeMethodHandle.", "   at System.Reflection.", "   at InvokeStub_",
        "   at System.Runtime.CompilerServices.", "   at System.Threading.Tasks.", "   at System.Threading.ExecutionContext.", "--- End of stack trace",
    ];

    public static BlockError Describe(Exception exception, string projectPath)
    {
        if (exception is BlockFailedException failed)
        {
            return failed.Error;
        }

        var cause = Unwrap(exception);
        var error = new BlockError(cause.GetType().FullName ?? cause.GetType().Name, cause.Message) { StackTrace = StackTraceOf(cause) };
        return FindPlace(cause, projectPath) is var (file, line)
            ? error.At(file, line, null, File.ReadAllText(Path.Combine(projectPath, file)))
            : error;
    }

    private static Exception Unwrap(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        AggregateException { InnerExceptions: [var inner] } => Unwrap(inner),
        _ => exception,
    };

    /// <summary>The innermost call that lies in the project. Its files stand in the debug information by their paths in the project.</summary>
    private static (string File, int Line)? FindPlace(Exception exception, string projectPath)
    {
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetFileName() is { } file && !Path.IsPathRooted(file) && frame.GetFileLineNumber() is > 0 and var line
                && File.Exists(Path.Combine(projectPath, file)))
            {
                return (file, line);
            }
        }

        return exception.InnerException is { } inner ? FindPlace(inner, projectPath) : null;
    }

    private static string? StackTraceOf(Exception exception)
    {
        var text = new StringBuilder();
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current != exception)
            {
                text.Append("caused by ").Append(current.GetType().FullName).Append(": ").Append(current.Message).Append('\n');
            }

            foreach (var line in (current.StackTrace ?? "").ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!PlumbingFrames.Any(frame => line.StartsWith(frame, StringComparison.Ordinal)))
                {
                    text.Append(line).Append('\n');
                }
            }
        }

        return text.Length == 0 ? null : text.ToString().TrimEnd();
    }
}
