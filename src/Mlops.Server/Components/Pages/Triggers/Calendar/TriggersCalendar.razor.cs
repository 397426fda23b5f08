using Microsoft.AspNetCore.Components;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Live;

namespace Mlops.Server.Components.Pages.Triggers.Calendar;

/// <summary>
/// Reads what ran; what is due is reckoned from the triggers, again only when another minute or another trigger makes it another answer. The page around it
/// reads again when something changes, and this with it.
/// </summary>
public sealed partial class TriggersCalendar(PipelineRunService runs, TriggerCalendar calendar) : LoadingComponent
{
    private const int RunsOfDay = 30;

    /// <summary>As many as one reading gives.</summary>
    private const int MostRunsOfDay = 200;

    private IReadOnlyDictionary<DateOnly, CalendarDay> _days = new Dictionary<DateOnly, CalendarDay>();
    private PipelineRunPage _runs = new([], null, 0);
    private (DateOnly From, DateOnly Until, long Minute, int Triggers) _reckoned;
    private IReadOnlyList<TriggerDue> _due = [];
    private DateOnly? _shown;
    private int _runsOfDay = RunsOfDay;

    [Parameter, EditorRequired]
    public required string ProjectUuid { get; set; }

    /// <summary>The triggers of the project as they are now.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Trigger> Triggers { get; set; }

    /// <summary>What is shown.</summary>
    [Parameter, EditorRequired]
    public required CalendarSpan Span { get; set; }

    /// <summary>The day that is shown in full; null for none.</summary>
    [Parameter, EditorRequired]
    public required DateOnly? Day { get; set; }

    /// <summary>Address of the span around a day, with a day in full or none.</summary>
    [Parameter, EditorRequired]
    public required Func<DateOnly, DateOnly?, string> LinkTo { get; set; }

    private DateOnly Today => DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);

    private string Unit => Span.IsWeek ? "week" : "month";

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var span = Span;
        var counts = await runs.CountByDayAsync(ProjectUuid, span.From, span.Until, cancellationToken);
        Reckon(span);
        var days = CalendarDay.Join(span, counts, _due);
        if (_shown != Day)
        {
            (_shown, _runsOfDay) = (Day, RunsOfDay);
        }

        if (Day is { } day)
        {
            var begin = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            _runs = await runs.ListAsync(new PipelineRunFilter(ProjectUuid, Limit: _runsOfDay) { CreatedFrom = begin, CreatedUntil = begin.AddDays(1) }, cancellationToken);
        }

        _days = days;
    }

    private void Reckon(CalendarSpan span)
    {
        var hash = new HashCode();
        foreach (var trigger in Triggers)
        {
            hash.Add((trigger.Id, trigger.Version, trigger.IsActive, trigger.Problem, trigger.NextRunAt is null));
        }

        var key = (span.From, span.Until, Time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute, hash.ToHashCode());
        if (key != _reckoned)
        {
            _due = calendar.ListDue(Triggers, span.From, span.Until);
            _reckoned = key;
        }
    }

    private Task OlderAsync()
    {
        _runsOfDay = MostRunsOfDay;
        return RefreshAsync();
    }
}
