namespace Mlops.Server.Components.Shared;

/// <summary>A short message at the bottom right. Goes after six seconds; an error stays until it is dismissed.</summary>
public sealed record Toast
{
    /// <summary>Told apart by this; given by <see cref="ToastService"/>.</summary>
    public int Id { get; init; }

    /// <summary>What happened, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What else there is to know.</summary>
    public string? Detail { get; init; }

    /// <summary>Name of an icon.</summary>
    public string Icon { get; init; } = "info";

    /// <summary>Word of a status that gives the colour; null for none.</summary>
    public string? Status { get; init; }

    /// <summary>Whether it tells of a failure.</summary>
    public bool IsError { get; init; }

    /// <summary>Word on its button; null for no button.</summary>
    public string? ActionTitle { get; init; }

    /// <summary>What the button does; it dismisses the toast too.</summary>
    public Func<Task>? Action { get; init; }

    /// <summary>Where the button leads, instead of <see cref="Action"/>.</summary>
    public string? ActionHref { get; init; }
}
