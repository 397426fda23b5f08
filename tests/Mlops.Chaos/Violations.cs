using System.Collections.Concurrent;

namespace Mlops.Chaos;

/// <summary>Kinds of what must not happen.</summary>
internal enum ViolationKind
{
    /// <summary>A run that was accepted is not there, or one is there that nobody asked for.</summary>
    Lost,

    /// <summary>An accepted run is not final although everything has been quiet for long.</summary>
    Stuck,

    /// <summary>An attempt began twice, or began after the block had completed.</summary>
    Double,

    /// <summary>What was seen as final changed later.</summary>
    Overwritten,

    /// <summary>Statuses contradict each other, an error is none that could be, or a request was answered by an error that could not be.</summary>
    Wrong,

    /// <summary>A process was left.</summary>
    Orphan,

    /// <summary>A folder of a runner was left.</summary>
    Leftover,

    /// <summary>A server or worker ended by itself, or did not when it was asked to.</summary>
    Process,
}

/// <summary>What must not happen and did.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">What it was, in words.</param>
/// <param name="RunId">The run that it concerns; null where it is none's.</param>
internal sealed record Violation(ViolationKind Kind, string Text, long? RunId);

/// <summary>All of them, in the order in which they were noticed. Thread-safe.</summary>
internal sealed class Violations
{
    private readonly ConcurrentQueue<Violation> _all = [];

    public IReadOnlyList<Violation> All => [.. _all];

    public void Add(ViolationKind kind, string text, long? runId = null)
    {
        _all.Enqueue(new Violation(kind, text, runId));
        Console.Error.WriteLine($"{kind}: {text}");
    }

    public int Count(ViolationKind kind) => _all.Count(violation => violation.Kind == kind);
}
