namespace Mlops.Sdk;

/// <summary>Why a block failed, as a callback is told. Bound to a parameter of this type, which is null unless the block failed.</summary>
/// <param name="Type">Stable word or the exception's type, such as <c>compile_error</c> or <c>System.FormatException</c>.</param>
/// <param name="Message">The whole message.</param>
public sealed record BlockFailure(string Type, string Message)
{
    /// <summary>File of the project's code, relative to the project; null where unknown.</summary>
    public string? File { get; init; }

    /// <summary>Line from 1; null where unknown.</summary>
    public int? Line { get; init; }

    /// <summary>Stack trace; null where there is none.</summary>
    public string? StackTrace { get; init; }
}
