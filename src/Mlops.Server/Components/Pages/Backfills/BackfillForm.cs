using System.Globalization;
using System.Text.Json;
using Mlops.Core;
using Mlops.Core.Triggers.Backfills;
using Mlops.Core.Variables;

namespace Mlops.Server.Components.Pages.Backfills;

/// <summary>What the form of a backfill holds, as text until it is made.</summary>
internal sealed class BackfillForm
{
    public string Name { get; set; } = "";

    public string PipelineUuid { get; set; } = "";

    /// <summary>Local in <see cref="TimeZone"/>, as a field of date and time gives it.</summary>
    public string Start { get; set; } = "";

    /// <inheritdoc cref="Start"/>
    public string End { get; set; } = "";

    public string IntervalType { get; set; } = "day";

    public string IntervalUnits { get; set; } = "1";

    public string TimeZone { get; set; } = "";

    public string MaxConcurrentRuns { get; set; } = "1";

    /// <summary>A line for each variable: <c>name = value</c>.</summary>
    public string Variables { get; set; } = "";

    /// <summary>Whether enough is there to count intervals.</summary>
    public bool HasTimes => Start.Length > 0 && End.Length > 0;

    /// <summary>The intervals.</summary>
    /// <exception cref="InvalidRequestException">Something cannot be read.</exception>
    public BackfillSpan ToSpan() => BackfillSpan.Read(Start, End, IntervalType, Number("Interval units", IntervalUnits), TimeZone.Trim() is { Length: > 0 } zone ? zone : null);

    /// <summary>The backfill.</summary>
    /// <exception cref="InvalidRequestException">Something cannot be read.</exception>
    public BackfillWish ToWish(string project, bool isConfirmed) => new(project, PipelineUuid, ToSpan())
    {
        Name = Name,
        Variables = ReadVariables(),
        MaxConcurrentRuns = Number("Max concurrent runs", MaxConcurrentRuns),
        IsConfirmed = isConfirmed,
    };

    private Dictionary<string, JsonElement> ReadVariables()
    {
        var variables = new Dictionary<string, JsonElement>();
        foreach (var line in Variables.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } name, var value] || !variables.TryAdd(name, VariableText.Parse(value)))
            {
                throw new InvalidRequestException("invalid_variable", [$"The line “{line}” of the runtime variables is not of the form name = value, or its name is there twice."]);
            }
        }

        return variables;
    }

    private static int Number(string name, string text) => int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InvalidRequestException("invalid_backfill", [$"{name} is “{text}”; a whole number is wanted."]);
}
