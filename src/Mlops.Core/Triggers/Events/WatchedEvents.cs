using Mlops.Core.Projects;
using Mlops.Core.Secrets;

namespace Mlops.Core.Triggers.Events;

/// <summary>A trigger whose events are looked for.</summary>
/// <param name="TriggerId">The trigger.</param>
/// <param name="Project">Its project.</param>
/// <param name="Settings">What it waits for.</param>
/// <param name="Since">Nothing that happened before counts.</param>
/// <param name="ReadSecrets">Reads the secrets of its project as they are now.</param>
public sealed record WatchedEvents(
    long TriggerId, Project Project, EventSettings Settings, DateTimeOffset Since, Func<CancellationToken, Task<RunSecrets>> ReadSecrets);

/// <summary>Where a trigger stands when its events are looked for.</summary>
/// <param name="IsBeginning">Whether what is there already is to be told from what comes.</param>
/// <param name="Position">What <see cref="FoundEvent.Position"/> or <see cref="EventLook.Position"/> said last; null for the beginning.</param>
public sealed record EventStand(bool IsBeginning, string? Position);
