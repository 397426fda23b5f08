using System.Globalization;
using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Inputs;
using Mlops.Core.Variables;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>A variable in the form of a run: its text as typed, checked against the type that the blocks want.</summary>
public sealed class RunField
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Makes a field that holds its default.</summary>
    public RunField(PipelineInput input)
    {
        var parameter = input.Parameter;
        Parameter = parameter;
        Blocks = input.Blocks;
        Source = input.Source;
        DefaultText = parameter.Default is { } value ? TextOf(value) : parameter.Form == ParameterForm.Switch ? "false" : "";
        Text = DefaultText;
    }

    /// <summary>What the field is for.</summary>
    public BlockParameter Parameter { get; }

    /// <summary>Names of the blocks that take it; empty where only the pipeline names it.</summary>
    public IReadOnlyList<string> Blocks { get; }

    /// <summary>Where the default is set; null where it is the block's own, or there is none.</summary>
    public VariableSource? Source { get; }

    /// <summary>What stands in the field at first.</summary>
    public string DefaultText { get; }

    /// <summary>What stands in the field.</summary>
    public string Text { get; set; }

    /// <summary>What is wrong with <see cref="Text"/>, as far as it was checked; null for nothing.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether the field differs from its default.</summary>
    public bool IsChanged => Text != DefaultText;

    /// <summary>Puts the default back.</summary>
    public void Reset()
    {
        Text = DefaultText;
        Error = null;
    }

    /// <summary>Puts a value in, as somebody has set it before.</summary>
    public void Take(JsonElement value) => Text = TextOf(value);

    /// <summary>Sets <see cref="Error"/>; returns whether there is none.</summary>
    public bool Check()
    {
        Error = Text.Length == 0 && Parameter.Form != ParameterForm.Text
            ? Parameter.IsRequired ? $"{Parameter.Name} has no default. Give a value." : null
            : Parameter is { IsRequired: true, Form: ParameterForm.Text } && Text.Length == 0 ? $"{Parameter.Name} has no default. Give a value." : Fault();
        return Error is null;
    }

    /// <summary>The value for the run; null where the default is left, or an empty field means none.</summary>
    public JsonElement? Value() => !IsChanged || (Text.Length == 0 && Parameter.Form != ParameterForm.Text) ? null : Parse();

    private string? Fault()
    {
        var isRight = Parameter.Form switch
        {
            ParameterForm.WholeNumber => long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            ParameterForm.Number => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && IsJson(JsonValueKind.Number),
            ParameterForm.Date => DateOnly.TryParseExact(Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            ParameterForm.DateTime => DateTimeOffset.TryParse(Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            ParameterForm.Choice => Parameter.Choices.Contains(Text),
            ParameterForm.Json => IsJson(null),
            _ => true,
        };
        return isRight ? null : Wanted();
    }

    private string Wanted() => Parameter.Form switch
    {
        ParameterForm.WholeNumber => $"“{Text}” is not a whole number. Example: 7",
        ParameterForm.Number => $"“{Text}” is not a number. Example: 7.25",
        ParameterForm.Date => $"“{Text}” is not a date. Example: 2026-11-23",
        ParameterForm.DateTime => $"“{Text}” is not a date with time. Example: 2026-11-23T09:00",
        ParameterForm.Choice => $"“{Text}” is none of {string.Join(", ", Parameter.Choices)}.",
        _ => "This is not JSON. Example: {\"limit\": 7} or [1, 2]",
    };

    private JsonElement Parse() => Parameter.Form switch
    {
        ParameterForm.WholeNumber => JsonSerializer.SerializeToElement(long.Parse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)),
        ParameterForm.Number or ParameterForm.Json or ParameterForm.Switch => JsonElement.Parse(Text),
        _ => JsonSerializer.SerializeToElement(Text),
    };

    private bool IsJson(JsonValueKind? kind)
    {
        try
        {
            return JsonElement.Parse(Text).ValueKind is var found && (kind is null || found == kind);
        }
        catch (JsonException)
        {
            // What was typed is not JSON; the field says so.
            return false;
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Object or JsonValueKind.Array => JsonSerializer.Serialize(value, Indented),
        _ => value.GetRawText(),
    };
}
