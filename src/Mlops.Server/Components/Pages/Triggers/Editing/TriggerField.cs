using System.Globalization;
using System.Text.Json;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>One value of the form, by which two forms are compared and joined.</summary>
/// <param name="Label">Its label in the form.</param>
/// <param name="Read">Its value as text; null where there is none.</param>
/// <param name="Write">Sets it.</param>
internal sealed record TriggerField(string Label, Func<TriggerForm, string?> Read, Action<TriggerForm, string?> Write)
{
    private static readonly TriggerField[] Fixed =
    [
        Text("Type", form => form.Type, (form, text) => form.Type = text),
        Text("Trigger description", form => form.Description.Trim(), (form, text) => form.Description = text),
        Text("Frequency", form => form.Interval, (form, text) => form.Interval = text),
        Text("Time zone", form => form.TimeZone.Trim(), (form, text) => form.TimeZone = text),
        Text("Only at these times", form => form.Windows.Trim(), (form, text) => form.Windows = text),
        Text("Start date and time", form => TriggerNumbers.Start(form)?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) ?? form.Start.Trim(), (form, text) => form.Start = text),
        Text("Event", form => form.Event, (form, text) => form.Event = text),
        Switch("Create initial pipeline run", form => form.CreatesInitialRun, (form, isOn) => form.CreatesInitialRun = isOn),
        Text("Missed runs", form => form.CatchUp, (form, text) => form.CatchUp = text),
        Switch("Skip run if previous run still in progress", form => form.SkipsIfRunning, (form, isOn) => form.SkipsIfRunning = isOn),
        Switch("Keep running pipeline even if blocks fail", form => form.KeepsRunning, (form, isOn) => form.KeepsRunning = isOn),
        Text("Timeout", form => form.Timeout.Trim(), (form, text) => form.Timeout = text),
        Text("Status for runs that exceed the timeout", form => form.TimeoutStatus, (form, text) => form.TimeoutStatus = text),
        Text("Pipeline run limit", form => form.RunLimit.Trim(), (form, text) => form.RunLimit = text),
        new("SLA", form => form.Sla.Trim().Length == 0 ? "" : $"{form.Sla.Trim()} {form.SlaUnit}", WriteSla),
        Text("Tags", form => form.Tags.Trim(), (form, text) => form.Tags = text),
        Text("Environments", form => form.Envs.Trim(), (form, text) => form.Envs = text),
    ];

    /// <summary>Settings that have fields of their own.</summary>
    private static readonly string[] FieldKeys =
    [
        "time_zone", "windows", "create_initial_pipeline_run", "catch_up", "skip_if_previous_running", "allow_blocks_to_fail", "timeout", "timeout_status", "pipeline_run_limit",
    ];

    /// <summary>The fields of some forms: those that all have, their variables, settings without a field, and what their types have.</summary>
    public static IReadOnlyList<TriggerField> Of(params IReadOnlyList<TriggerForm> forms) =>
    [
        .. Fixed,
        .. ByKey(forms, "Variable ", form => form.Variables, []),
        .. ByKey(forms, "Setting ", form => form.Settings, FieldKeys),
        .. ByKey(forms, "", form => form.Own, []),
    ];

    /// <summary>Whether the value is another one.</summary>
    public bool Differs(TriggerForm form, TriggerForm other) => Read(form) != Read(other);

    private static TriggerField Text(string label, Func<TriggerForm, string> read, Action<TriggerForm, string> write) =>
        new(label, read, (form, text) => write(form, text ?? ""));

    private static TriggerField Switch(string label, Func<TriggerForm, bool> read, Action<TriggerForm, bool> write) =>
        new(label, form => read(form) ? "on" : "off", (form, text) => write(form, text == "on"));

    private static IEnumerable<TriggerField> ByKey(
        IReadOnlyList<TriggerForm> forms, string what, Func<TriggerForm, Dictionary<string, JsonElement>> values, IReadOnlyList<string> without) =>
        forms.SelectMany(form => values(form).Keys).Except(without, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(key => Json(what + key, key, values));

    private static TriggerField Json(string label, string key, Func<TriggerForm, Dictionary<string, JsonElement>> values) => new(
        label,
        form => values(form).TryGetValue(key, out var value) ? value.GetRawText() : null,
        (form, text) =>
        {
            if (text is null)
            {
                values(form).Remove(key);
            }
            else
            {
                values(form)[key] = JsonElement.Parse(text);
            }
        });

    private static void WriteSla(TriggerForm form, string? text) =>
        (form.Sla, form.SlaUnit) = text?.Split(' ') is [.. var number, var unit] && number.Length > 0 ? (string.Join(' ', number), unit) : ("", TriggerSla.UsualUnit);
}
