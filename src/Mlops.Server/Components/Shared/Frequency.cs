using System.Globalization;
using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Shared;

/// <summary>How often a trigger fires, in words. Times of day are those of its time zone, which is UTC unless it says otherwise.</summary>
internal static class Frequency
{
    /// <summary>What is said of an interval that is not one of the usual ones.</summary>
    public const string Expression = "By a cron expression";

    private static readonly string[] Days = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"];

    /// <summary>Such as <c>Every day at 00:00 UTC</c>, <c>Mondays at 06:30 UTC</c> or <c>On request</c>.</summary>
    public static string Of(Trigger trigger) => trigger.ScheduleType switch
    {
        "api" => "On request",
        "event" => "On an event",
        _ => trigger.ScheduleInterval is { } interval
            ? OfInterval(interval.Trim()).Replace("UTC", trigger.TimeZone ?? "UTC", StringComparison.Ordinal)
            : "Never",
    };

    /// <summary>In words where it is one of the usual expressions, else that it is a cron expression.</summary>
    public static string OfInterval(string interval) => interval switch
    {
        "@once" => "Once",
        "@hourly" => "Every hour at :00",
        "@daily" => "Every day at 00:00 UTC",
        "@weekly" => "Every week",
        "@monthly" => "Every month on day 1 at 00:00 UTC",
        "@yearly" or "@annually" => "Every year on 1 January at 00:00 UTC",
        "@always_on" => "Always on",
        _ => interval.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var minute, var hour, var day, "*", var weekday]
            ? OfCron(minute, hour, day, weekday)
            : Expression,
    };

    private static string OfCron(string minute, string hour, string day, string weekday)
    {
        if (Time(minute, hour) is not { } time)
        {
            return day == "*" && weekday == "*" ? OfPart(minute, hour) : Expression;
        }

        return (day, weekday) switch
        {
            ("*", "*") => $"Every day at {time}",
            ("*", "1-5") => $"Weekdays at {time}",
            ("*", _) when Weekdays(weekday) is { } days => $"{days} at {time}",
            (_, "*") when Number(day, 1, 31) is { } number => $"Every month on day {number} at {time}",
            _ => Expression,
        };
    }

    /// <summary>What fires more than once a day.</summary>
    private static string OfPart(string minute, string hour)
    {
        if (hour == "*")
        {
            return minute == "*" ? "Every minute" : Step(minute) is { } minutes ? $"Every {minutes} minutes" : AtMinutes("Every hour", minute);
        }

        return Step(hour) is { } hours && Number(minute, 0, 59) is not null ? AtMinutes($"Every {hours} hours", minute) : Expression;
    }

    private static string AtMinutes(string often, string minutes)
    {
        var numbers = minutes.Split(',').Select(minute => Number(minute, 0, 59)).ToList();
        return numbers.Contains(null) ? Expression : $"{often} at {Join(numbers.Select(number => $":{number:00}"))}";
    }

    private static string? Weekdays(string weekday)
    {
        var numbers = weekday.Split(',').Select(day => Number(day, 0, 7) % 7).ToList();
        return numbers.Contains(null) ? null : Join(numbers.OfType<int>().Select(day => Days[day]));
    }

    private static string? Time(string minute, string hour) =>
        Number(minute, 0, 59) is { } minutes && Number(hour, 0, 23) is { } hours ? $"{hours:00}:{minutes:00} UTC" : null;

    private static int? Step(string part) => part.StartsWith("*/", StringComparison.Ordinal) ? Number(part[2..], 2, 59) : null;

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static string Join(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count == 1 ? all[0] : $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}";
    }
}
