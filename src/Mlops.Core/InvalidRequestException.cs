namespace Mlops.Core;

/// <summary>
/// What a user asked for cannot be done as asked: an invalid pipeline, a variable of the wrong type, a retry of a run that is not final.
/// Answered as 400 (or 409 for <c>conflict</c>, 422 for <c>needs_confirmation</c>); every error names the thing, what was found, what was wanted and how to mend it.
/// </summary>
public sealed class InvalidRequestException(string type, IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Stable word for programs: <c>invalid_pipeline</c>, <c>invalid_variable</c>, <c>invalid_path</c>, <c>conflict</c>, <c>needs_confirmation</c>.</summary>
    public string Type { get; } = type;

    /// <summary>All errors found, in words; at least one.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
