using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fluid;
using Fluid.Values;

namespace Mlops.Blocks.Templates;

/// <summary>A JSON value in a template: <c>event.file</c> is a member, text stands as it is, everything else as its JSON. No reflection.</summary>
internal sealed class JsonFluidValue(JsonElement element) : FluidValue
{
    /// <summary>The value itself.</summary>
    public JsonElement Element => element;

    public override FluidValues Type => element.ValueKind switch
    {
        JsonValueKind.Object => FluidValues.Dictionary,
        JsonValueKind.Array => FluidValues.Array,
        _ => FluidValues.String,
    };

    /// <summary>The text of a value in a template; nothing for null.</summary>
    public static string TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => element.GetRawText(),
    };

    public override bool Equals(FluidValue? other) => other is not null && ToStringValue() == other.ToStringValue();

    public override bool Equals(object? obj) => Equals(obj as FluidValue);

    public override int GetHashCode() => ToStringValue().GetHashCode(StringComparison.Ordinal);

    public override bool ToBooleanValue() => element.ValueKind is not (JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined);

    public override decimal ToNumberValue() =>
        decimal.TryParse(ToStringValue(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public override string ToStringValue() => TextOf(element);

    public override object ToObjectValue() => ToStringValue();

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
            ? new ValueTask<FluidValue>(new JsonFluidValue(member))
            : throw new TemplateException($"has '.{name}' between braces, which the value does not have.");

    public override ValueTask<FluidValue> GetIndexAsync(FluidValue index, TemplateContext context) =>
        element.ValueKind == JsonValueKind.Array && index.ToNumberValue() is >= 0 and var at && at < element.GetArrayLength()
            ? new ValueTask<FluidValue>(new JsonFluidValue(element[(int)at]))
            : GetValueAsync(index.ToStringValue(), context);

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo)
    {
        writer.Write(ToStringValue());
        return default;
    }
}
