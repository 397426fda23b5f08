using System.Globalization;
using Microsoft.CodeAnalysis;
using Mlops.Blocks.Errors;
using Mlops.Core.Runs;

namespace Mlops.Blocks.CSharp;

/// <summary>Turns what the compiler says into one error: all messages, the place of the first.</summary>
internal static class CompileErrors
{
    private const int MaxMessages = 20;

    public static BlockError Describe(IEnumerable<Diagnostic> diagnostics, IReadOnlyList<SourceFile> files)
    {
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .OrderBy(diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .ToList();
        var messages = errors.Take(MaxMessages).Select(ToText).ToList();
        if (errors.Count > MaxMessages)
        {
            messages.Add(string.Create(CultureInfo.InvariantCulture, $"and {errors.Count - MaxMessages} more"));
        }

        var error = new BlockError(ErrorWords.Compile, string.Join('\n', messages));
        var place = errors[0].Location.GetLineSpan();
        return files.FirstOrDefault(file => file.Path == place.Path) is { } file
            ? error.At(file.Path, place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1, file.ToString())
            : error;
    }

    // transformers/fill_in.cs(12,5): CS0103: The name 'x' does not exist in the current context
    private static string ToText(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        var start = place.StartLinePosition;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{place.Path}({start.Line + 1},{start.Character + 1}): {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}");
    }
}
