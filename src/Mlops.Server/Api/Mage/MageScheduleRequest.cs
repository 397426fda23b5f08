using System.Text.Json;
using Mlops.Core;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>A trigger that is to be made, or what is to become of one.</summary>
internal sealed record MageScheduleRequestEnvelope(MageScheduleRequest PipelineSchedule);

/// <summary>
/// A trigger that is to be made, or what is to become of one: values that are left out, null, or as they are stay untouched in <c>triggers.yaml</c>, since
/// Mage's clients send all of a trigger back.
/// </summary>
internal sealed record MageScheduleRequest
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? ScheduleType { get; init; }

    public string? ScheduleInterval { get; init; }

    public string? StartTime { get; init; }

    public string? Status { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Settings { get; init; }

    public double? Sla { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? Envs { get; init; }

    public IReadOnlyList<JsonElement>? EventMatchers { get; init; }

    /// <summary>Whether it is to have another token.</summary>
    public bool? RotateToken { get; init; }

    /// <summary>What is to be changed of a trigger; null where that is nothing.</summary>
    /// <exception cref="InvalidRequestException">Something of it cannot be done.</exception>
    public TriggerChange? ToChange(Trigger trigger)
    {
        if (Name is not null && Name != trigger.Name)
        {
            throw Refuse($"'name' is '{Name}', but the trigger is called '{trigger.Name}', and another name is another trigger. Make one, and remove this one.");
        }

        var change = ToChange();
        change = change with
        {
            ScheduleType = Unless(change.ScheduleType, trigger.ScheduleType),
            ScheduleInterval = Unless(change.ScheduleInterval, trigger.ScheduleInterval),
            StartTime = StartTime is not null && trigger.StartTime is { } start && MageInstant.Parse(StartTime) == start ? null : StartTime,
            IsActive = change.IsActive == trigger.IsActive ? null : change.IsActive,
            Variables = AreSame(Variables, trigger.Variables) ? null : Variables,
            Settings = Settings?.Where(setting => !Has(trigger.Settings, setting)).ToDictionary() is { Count: > 0 } settings ? settings : null,
            Sla = Sla == (trigger.Sla?.TotalSeconds ?? 0) ? null : Sla,
            Envs = Envs?.SequenceEqual(trigger.Envs) == true ? null : Envs,
            Tags = Tags?.SequenceEqual(trigger.Tags) == true ? null : Tags,
            Description = Unless(change.Description, trigger.Description ?? ""),
        };
        return change == new TriggerChange() ? null : change;
    }

    /// <summary>All that is given.</summary>
    /// <exception cref="InvalidRequestException">Something of it cannot be done.</exception>
    public TriggerChange ToChange() => new()
    {
        ScheduleType = ScheduleType,
        ScheduleInterval = ScheduleInterval,
        StartTime = StartTime,
        IsActive = IsActive(),
        Variables = Variables,
        Settings = Settings,
        Sla = Sla,
        Envs = Envs,
        Tags = Tags,
        Description = Description,
    };

    private bool? IsActive() => (Status, EventMatchers) switch
    {
        (_, { Count: > 0 }) => throw Refuse("'event_matchers' has events of a cloud's event bus, which start no runs here. Leave it out, and have them call a trigger of type api."),
        (null, _) => null,
        ("active", _) => true,
        ("inactive", _) => false,
        _ => throw Refuse($"'status' is '{Status}'; active or inactive is wanted."),
    };

    private static string? Unless(string? value, string? present) => value == present ? null : value;

    private static bool AreSame(IReadOnlyDictionary<string, JsonElement>? values, IReadOnlyDictionary<string, JsonElement> present) =>
        values?.Count == present.Count && values.All(value => Has(present, value));

    private static bool Has(IReadOnlyDictionary<string, JsonElement> present, KeyValuePair<string, JsonElement> value) =>
        present.TryGetValue(value.Key, out var other) && JsonElement.DeepEquals(other, value.Value);

    private static InvalidRequestException Refuse(string error) => new(Requests.InvalidType, [error]);
}
