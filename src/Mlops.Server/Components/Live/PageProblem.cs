using Mlops.Core;

namespace Mlops.Server.Components.Live;

/// <summary>Why a page cannot show what it was asked for.</summary>
/// <param name="Kind">Which look it has.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Messages">In full; at least one.</param>
public sealed record PageProblem(PageProblemKind Kind, string Title, IReadOnlyList<string> Messages)
{
    public const string DatabaseAwayTitle = "The database does not answer";

    /// <summary>The problem that an expected exception of a service is to its reader.</summary>
    public static PageProblem Of(Exception exception) => exception switch
    {
        NotFoundException missing => new(PageProblemKind.NotFound, $"No {missing.Kind.Replace('_', ' ')} {missing.Id}", [missing.Message]),
        InvalidRequestException invalid => new(PageProblemKind.Refused, "This cannot be done", invalid.Errors),
        _ => new(PageProblemKind.DatabaseAway, DatabaseAwayTitle, ["This page shows itself as soon as it is back.", exception.Message]),
    };
}

/// <summary>What kind of problem a page has.</summary>
public enum PageProblemKind
{
    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>What was asked for cannot be done.</summary>
    Refused,

    /// <summary>The database does not answer.</summary>
    DatabaseAway,
}
